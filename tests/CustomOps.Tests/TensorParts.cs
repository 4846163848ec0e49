using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>Cuts tensors along an axis and puts them together again, byte by byte and without the operators under test.</summary>
internal static class TensorParts
{
    /// <summary>
    /// Part <paramref name="rank"/> of the tensor. Where it reaches over the end it is filled up with the last row: zeros
    /// would be no legal divisor of integers.
    /// </summary>
    public static Tensor Take(Tensor tensor, int axis, long part, int rank)
    {
        long[] sizes = tensor.Sizes.ToArray();
        var result = Tensor.Zeros(tensor.DType, [.. sizes[..axis], part, .. sizes[(axis + 1)..]]);
        Move(tensor, result, axis, place => Math.Min((rank * part) + place, sizes[axis] - 1));
        return result;
    }

    /// <summary>The parts one after the other, up to the size of the whole.</summary>
    public static Tensor Join(Tensor[] parts, int axis, long size)
    {
        long[] sizes = parts[0].Sizes.ToArray();
        long part = sizes[axis];
        Assert.True(part * parts.Length >= size, $"{parts.Length} parts of {part} do not make {size}");
        sizes[axis] = size;
        var result = Tensor.Zeros(parts[0].DType, sizes);
        for (int rank = 0; rank < parts.Length; rank++)
        {
            long first = rank * part;
            Move(parts[rank], result, axis, place => place - first);
        }

        return result;
    }

    /// <summary>Equal element types, sizes and numbers, up to what another order of additions changes.</summary>
    public static void AssertClose(Tensor expected, Tensor actual, string place)
    {
        Assert.Equal((place, expected.Type), (place, actual.Type));
        double tolerance = expected.DType switch
        {
            DType.Float64 => 1e-12,
            DType.Float32 => 1e-5,
            DType.Float16 => 2e-3,
            DType.BFloat16 => 2e-2,
            _ => 0,
        };
        double[] wanted = Numbers(expected);
        double[] given = Numbers(actual);
        for (int i = 0; i < wanted.Length; i++)
        {
            bool equal = wanted[i].Equals(given[i]) || Math.Abs(wanted[i] - given[i]) <= tolerance * (1 + Math.Abs(wanted[i]));
            Assert.True(equal, $"{place}, element {i}: expected {wanted[i]}, given {given[i]}");
        }
    }

    /// <summary>The elements as doubles.</summary>
    public static double[] Numbers(Tensor tensor) => Casts.To(tensor, DType.Float64).ReadOnlySpan<double>().ToArray();

    // to[place] = from[map(place)], where there is such a place.
    private static void Move(Tensor from, Tensor to, int axis, Func<long, long> map)
    {
        var source = AxisBlock.Around(from.Sizes, axis);
        var target = AxisBlock.Around(to.Sizes, axis);
        int bytes = (int)source.Inner * from.DType.Size();
        for (long o = 0; o < target.Outer; o++)
        {
            for (long place = 0; place < target.Size; place++)
            {
                long mapped = map(place);
                if (mapped >= 0 && mapped < source.Size)
                    from.ReadOnlyBytes().Slice((int)((o * source.Size) + mapped) * bytes, bytes).CopyTo(to.Bytes()[((int)((o * target.Size) + place) * bytes)..]);
            }
        }
    }
}
