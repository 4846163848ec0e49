using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>The first greatest or least element of each line along an axis. NaN wins in both directions.</summary>
internal static class Extremes
{
    public static (TensorType Values, TensorType Indices) Infer(TensorType self, long dim, bool keepDim)
    {
        var reduced = Axes.Reduced([dim], self.Rank);
        ReducedShape.RequireElements(self.Shape, reduced);
        var shape = ReducedShape.Infer(self.Shape, reduced, keepDim);
        return (new(self.DType, shape), new(DType.Int64, shape));
    }

    public static TensorType InferPlace(TensorType self, long? dim, bool keepDim)
    {
        Require(self.DType != DType.Bool, "bool has no order here: expected a number type, given bool");
        var reduced = Axes.Reduced(dim is { } given ? [given] : [], self.Rank);
        ReducedShape.RequireElements(self.Shape, reduced);
        return new(DType.Int64, ReducedShape.Infer(self.Shape, reduced, keepDim));
    }

    public static (Tensor Values, Tensor Indices) Find(Tensor self, long dim, bool keepDim, bool greatest)
    {
        long[] sizes = ReducedShape.Infer(self.Sizes, Axes.Reduced([dim], self.Rank), keepDim);
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        var values = Tensor.Empty(self.DType, sizes);
        var indices = Tensor.Empty(DType.Int64, sizes);
        Search(self, block, greatest, indices.Span<long>());
        Sorting.Take(self, block, indices.ReadOnlySpan<long>(), values);
        return (values, indices);
    }

    public static Tensor FindPlace(Tensor self, long? dim, bool keepDim, bool greatest)
    {
        var reduced = Axes.Reduced(dim is { } given ? [given] : [], self.Rank);
        var indices = Tensor.Empty(DType.Int64, ReducedShape.Infer(self.Sizes, reduced, keepDim));
        var block = dim is { } axis
            ? AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(axis, self.Rank))
            : new(1, self.Elements, 1);
        Search(self, block, greatest, indices.Span<long>());
        return indices;
    }

    public static AxisSplit? SplitPlace(AxisQuery query) =>
        query.Arguments[1] is NoneArgument ? null : ReducedShape.Split(query, [query.Int(1)], query.Flag(2));

    public static OperatorSample Draw(SampleBuilder s)
    {
        var self = s.AnyTensor(0, 1);
        return s.Call(self, s.Axis(self.Type.Rank), s.Coin());
    }

    public static OperatorSample DrawPlace(SampleBuilder s)
    {
        var self = s.Tensor(s.Number(), [.. s.Sizes(s.Next(0, 4), 1)]);
        return s.Call(self, s.Coin() ? null : s.Axis(self.Type.Rank), s.Coin());
    }

    private static void Search(Tensor self, AxisBlock block, bool greatest, Span<long> places)
    {
        var keys = Scratch.As(self, Scratch.Wide(self.DType));
        switch (keys.DType)
        {
            case DType.Float32:
                Search(keys.ReadOnlySpan<float>(), block, greatest, places);
                break;
            case DType.Float64:
                Search(keys.ReadOnlySpan<double>(), block, greatest, places);
                break;
            default:
                Search(keys.ReadOnlySpan<long>(), block, greatest, places);
                break;
        }
    }

    private static void Search<T>(ReadOnlySpan<T> keys, AxisBlock block, bool greatest, Span<long> places)
        where T : unmanaged, INumber<T>
    {
        int inner = (int)block.Inner;
        int size = (int)block.Size;
        for (int line = 0; line < places.Length; line++)
        {
            int start = (line / inner * size * inner) + (line % inner);
            int best = 0;
            T found = keys[start];
            for (int a = 1; a < size && !T.IsNaN(found); a++)
            {
                T key = keys[start + (a * inner)];
                if (T.IsNaN(key) || (greatest ? key > found : key < found))
                    (best, found) = (a, key);
            }

            places[line] = best;
        }
    }
}
