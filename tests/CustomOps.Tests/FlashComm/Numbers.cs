using System.Runtime.InteropServices;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>Tensors of drawn numbers, and their parts on each rank, made without the code under test.</summary>
internal static class Numbers
{
    public static Tensor Draw(Random random, DType dtype, long[] sizes) =>
        From(dtype, sizes, _ => dtype == DType.Int8 ? random.Next(-128, 128) : (random.NextDouble() * 4) - 2);

    public static Tensor From(DType dtype, long[] sizes, Func<int, double> number)
    {
        var numbers = new double[sizes.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = number(i);
        return Casts.To(Tensor.From(numbers, sizes), dtype);
    }

    public static double[] ToDoubles(Tensor tensor) => Casts.To(tensor, DType.Float64).ReadOnlySpan<double>().ToArray();

    /// <summary>Part <paramref name="rank"/> of an axis that divides evenly.</summary>
    public static Tensor Part(Tensor tensor, int axis, int parts, int rank) => PaddedPart(tensor, axis, parts, rank, double.NaN);

    /// <summary>Part <paramref name="rank"/> of an axis padded to equal parts.</summary>
    public static Tensor PaddedPart(Tensor tensor, int axis, int parts, int rank, double padding)
    {
        long[] sizes = tensor.Sizes.ToArray(), partSizes = tensor.Sizes.ToArray();
        long part = (sizes[axis] + parts - 1) / parts;
        partSizes[axis] = part;
        var numbers = ToDoubles(tensor);
        long inner = sizes[(axis + 1)..].Aggregate(1L, (product, size) => product * size);
        return From(tensor.DType, partSizes, i =>
        {
            long block = inner * part, outer = i / block, row = (rank * part) + (i % block / inner);
            return row < sizes[axis] ? numbers[(((outer * sizes[axis]) + row) * inner) + (i % inner)] : padding;
        });
    }

    /// <summary>The parts of an axis one after another, padding included.</summary>
    public static double[] Join(Tensor[] parts, int axis)
    {
        var sizes = parts[0].Sizes.ToArray();
        long inner = sizes[axis..].Aggregate(1L, (product, size) => product * size);
        long outer = sizes[..axis].Aggregate(1L, (product, size) => product * size);
        var numbers = Array.ConvertAll(parts, ToDoubles);
        var joined = new double[outer * inner * parts.Length];
        for (long o = 0; o < outer; o++)
        {
            for (int rank = 0; rank < parts.Length; rank++)
                Array.Copy(numbers[rank], o * inner, joined, ((o * parts.Length) + rank) * inner, inner);
        }

        return joined;
    }

    public static bool SameBits(Tensor a, Tensor b) => a.Type == b.Type && a.ReadOnlyBytes().SequenceEqual(b.ReadOnlyBytes());

    /// <summary>Half the distance from 1 to the next number.</summary>
    public static double Epsilon(DType dtype) => dtype switch
    {
        DType.Float64 => Math.Pow(2, -53),
        DType.Float32 => Math.Pow(2, -24),
        DType.Float16 => Math.Pow(2, -11),
        _ => Math.Pow(2, -8),
    };
}
