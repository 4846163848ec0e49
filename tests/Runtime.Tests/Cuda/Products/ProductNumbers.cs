using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Tests.Cuda.Products;

/// <summary>Host memory that holds numbers of any type a product takes.</summary>
internal sealed class ProductNumbers(DType type, long count)
{
    /// <summary>All ones at first: NaN in the floating types.</summary>
    public byte[] Bytes { get; } = [.. Enumerable.Repeat((byte)0xFF, checked((int)(count * type.Size())))];

    public double this[long index]
    {
        get
        {
            var at = Bytes.AsSpan(checked((int)(index * type.Size())));
            return type switch
            {
                DType.Float32 => MemoryMarshal.Read<float>(at),
                DType.Float64 => MemoryMarshal.Read<double>(at),
                DType.Float16 => (double)MemoryMarshal.Read<Half>(at),
                DType.BFloat16 => MemoryMarshal.Read<BFloat16>(at),
                DType.Int8 => (sbyte)at[0],
                _ => MemoryMarshal.Read<int>(at),
            };
        }

        set
        {
            var at = Bytes.AsSpan(checked((int)(index * type.Size())));
            switch (type)
            {
                case DType.Float32: MemoryMarshal.Write(at, (float)value); break;
                case DType.Float64: MemoryMarshal.Write(at, value); break;
                case DType.Float16: MemoryMarshal.Write(at, (Half)value); break;
                case DType.BFloat16: MemoryMarshal.Write(at, (BFloat16)value); break;
                case DType.Int8: at[0] = (byte)(sbyte)value; break;
                default: MemoryMarshal.Write(at, (int)value); break;
            }
        }
    }

    /// <summary>The distance from 1 to the next number; 0 for integers.</summary>
    public static double Epsilon(DType type) => type switch
    {
        DType.Float64 => Math.ScaleB(1, -52),
        DType.Float32 => Math.ScaleB(1, -23),
        DType.Float16 => Math.ScaleB(1, -10),
        DType.BFloat16 => Math.ScaleB(1, -7),
        _ => 0,
    };
}
