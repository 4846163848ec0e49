using System.Runtime.InteropServices;
using Evergraph.Graph;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

/// <summary>Numbers in the bytes of an element type.</summary>
internal static class Elements
{
    /// <summary>Bytes of one.</summary>
    public static int Size(DType type) => type switch
    {
        DType.Float64 => 8,
        DType.Float32 => 4,
        DType.Bool => 1,
        _ => 2,
    };

    /// <summary>Writes element <paramref name="index"/>, rounded.</summary>
    public static void Write(Span<byte> bytes, DType type, long index, double value)
    {
        var place = bytes[(int)(index * Size(type))..];
        switch (type)
        {
            case DType.Float64:
                MemoryMarshal.Write(place, value);
                break;
            case DType.Float32:
                MemoryMarshal.Write(place, (float)value);
                break;
            case DType.Float16:
                MemoryMarshal.Write(place, (Half)value);
                break;
            case DType.BFloat16:
                // Cut off, not rounded: a test needs some number of the type.
                MemoryMarshal.Write(place, (ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16));
                break;
            default:
                place[0] = value == 0 ? (byte)0 : (byte)1;
                break;
        }
    }

    /// <summary>Reads element <paramref name="index"/>.</summary>
    public static double Read(ReadOnlySpan<byte> bytes, DType type, long index)
    {
        var place = bytes[(int)(index * Size(type))..];
        return type switch
        {
            DType.Float64 => MemoryMarshal.Read<double>(place),
            DType.Float32 => MemoryMarshal.Read<float>(place),
            DType.Float16 => (double)MemoryMarshal.Read<Half>(place),
            DType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(place) << 16),
            _ => place[0],
        };
    }

    /// <summary>Half the distance of 1 to the next number.</summary>
    public static double Rounding(DType type) => type switch
    {
        DType.Float64 => Math.ScaleB(1, -53),
        DType.Float32 => Math.ScaleB(1, -24),
        DType.Float16 => Math.ScaleB(1, -11),
        _ => Math.ScaleB(1, -8),
    };
}
