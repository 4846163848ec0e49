using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// The running sum along an axis; of integers and bool in int64. As on PyTorch's CPU, float32 is summed in float64 and the
/// 16-bit types in float32, each element rounded by itself.
/// </summary>
[CustomOp("aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")]
public static partial class Cumsum
{
    public static TensorType Fake(TensorType self, long dim, DType? dtype)
    {
        Axes.NormalizeOrScalar(dim, self.Rank);
        return new(Reductions.SumType(self.DType, dtype), self.Shape);
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, long dim, DType? dtype)
    {
        var type = Reductions.SumType(self.DType, dtype);
        var block = AxisBlock.Around(self.Sizes, Axes.NormalizeOrScalar(dim, self.Rank));
        var wide = Scratch.Wide(type);
        var operand = Scratch.As(Scratch.As(self, type), wide);
        var result = wide == type ? Tensor.Empty(type, self.Sizes) : Scratch.Empty(wide, self.Sizes);
        switch (type)
        {
            case DType.Float32:
                Run<float, double>(operand.ReadOnlySpan<float>(), block, result.Span<float>());
                break;
            case DType.Float64:
                Run<double, double>(operand.ReadOnlySpan<double>(), block, result.Span<double>());
                break;
            case DType.Float16 or DType.BFloat16:
                Run<float, float>(operand.ReadOnlySpan<float>(), block, result.Span<float>());
                break;
            default:
                Run<long, long>(operand.ReadOnlySpan<long>(), block, result.Span<long>());
                break;
        }

        return Scratch.Finish(result, type);
    }

    public static AxisSplit? SplitAxis(AxisQuery query) => query.CarriedExcept(Axes.NormalizeOrScalar(query.Int(1), query.Type.Rank));

    public static OperatorSample Sample(SampleBuilder s)
    {
        var self = s.AnyTensor();
        return s.Call(self, s.Axis(self.Type.Rank), s.SumType());
    }

    private static void Run<T, TSum>(ReadOnlySpan<T> values, AxisBlock block, Span<T> result)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        if (result.IsEmpty)
            return;
        int inner = (int)block.Inner;
        var sums = new TSum[inner];
        int row = 0;
        for (long o = 0; o < block.Outer; o++)
        {
            sums.AsSpan().Clear();
            for (long a = 0; a < block.Size; a++, row += inner)
            {
                for (int i = 0; i < inner; i++)
                {
                    sums[i] = unchecked(sums[i] + TSum.CreateTruncating(values[row + i]));
                    result[row + i] = T.CreateTruncating(sums[i]);
                }
            }
        }
    }
}
