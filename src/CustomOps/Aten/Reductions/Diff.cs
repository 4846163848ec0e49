using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// The n-th differences of neighbours along an axis, after other tensors were put before and behind; of bool, whether they
/// differ.
/// </summary>
[CustomOp("aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor")]
public static partial class Diff
{
    public static TensorType Fake(TensorType self, long n, long dim, TensorType? prepend, TensorType? append)
    {
        Require(self.Rank > 0, "expected a tensor of rank 1 at least, given rank 0");
        Require(n >= 0, $"the order of the difference is at least 0: given {n}");
        int axis = Axes.Normalize(dim, self.Rank);
        var joined = Cat.Fake(Parts(prepend, self, append), axis);
        return new(joined.DType, joined.Shape.With(axis, Dim.Max(joined.Shape[axis] - n, 0)));
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long n, long dim, Tensor? prepend, Tensor? append)
    {
        int axis = Axes.Normalize(dim, self.Rank);
        var result = Cat.Real(Parts(prepend, self, append), axis);
        for (long left = Math.Min(n, result.Sizes[axis]); left > 0; left--)
            result = Step(result, axis);
        return result;
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.AlikeExcept(Axes.Normalize(query.Int(2), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor(1);
        int axis = s.Next(0, self.Type.Rank - 1);
        SampleTensor? Beside() => s.Coin() ? null : s.Tensor(s.Coin() ? self.Type.DType : s.Any(), self.Type.Shape.With(axis, s.Size(0, 2)));
        return s.Call(self, s.Next(0, 3), s.Signed(axis, self.Type.Rank), Beside(), Beside());
    }

    private static TItem[] Parts<TItem>(TItem? prepend, TItem self, TItem? append)
        where TItem : class => [.. prepend is null ? [] : (TItem[])[prepend], self, .. append is null ? [] : (TItem[])[append]];

    private static Tensor Step(Tensor self, int axis)
    {
        long[] sizes = self.Sizes.ToArray();
        var block = AxisBlock.Around(sizes, axis);
        sizes[axis]--;
        var type = self.DType == DType.Bool ? DType.Bool : Scratch.Wide(self.DType);
        var operand = Scratch.As(self, type);
        var result = type == self.DType ? Tensor.Empty(type, sizes) : Scratch.Empty(type, sizes);
        switch (type)
        {
            case DType.Float32:
                Subtract(operand.ReadOnlySpan<float>(), block, result.Span<float>());
                break;
            case DType.Float64:
                Subtract(operand.ReadOnlySpan<double>(), block, result.Span<double>());
                break;
            case DType.Int64:
                Subtract(operand.ReadOnlySpan<long>(), block, result.Span<long>());
                break;
            default:
                Differ(operand.ReadOnlyBytes(), block, result.Bytes());
                break;
        }

        return Scratch.Finish(result, self.DType);
    }

    // Along the axis both sides of the difference lie together, one step of the axis apart.
    private static void Subtract<T>(ReadOnlySpan<T> values, AxisBlock block, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        int inner = (int)block.Inner;
        int length = (int)block.Size * inner;
        for (int start = 0, to = 0; to < result.Length; start += length, to += length - inner)
            TensorPrimitives.Subtract(values.Slice(start + inner, length - inner), values.Slice(start, length - inner), result[to..]);
    }

    private static void Differ(ReadOnlySpan<byte> values, AxisBlock block, Span<byte> result)
    {
        int inner = (int)block.Inner;
        int length = (int)block.Size * inner;
        for (int start = 0, to = 0; to < result.Length; start += length, to += length - inner)
            TensorPrimitives.Xor(values.Slice(start + inner, length - inner), values.Slice(start, length - inner), result[to..]);
    }
}
