using System.Numerics;

namespace Evergraph.CustomOps;

/// <summary>The gate of a SwiGLU block: silu(a) · b for x = [a, b] along the last dimension, silu(a) = a / (1 + exp(−a)) (Shazeer 2020).</summary>
[CustomOp("evergraph::silu_and_mul(Tensor x) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Rowwise)]
public static partial class SiluAndMul
{
    /// <summary>[..., d] for x [..., 2·d].</summary>
    public static TensorType Fake(TensorType x)
    {
        Require(x.Rank >= 1, $"x must have a dimension of features: expected rank 1 or more, given {x}");
        Operands.RequireFloating(x, "x");
        Require(x.Shape[^1] % 2 == 0, "the features are not two halves: the remainder by 2");
        return new(x.DType, x.Shape.With(x.Rank - 1, x.Shape[^1] / 2));
    }

    /// <summary>The gated features; the 16-bit types are rounded once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x)
    {
        long[] sizes = x.Sizes.ToArray();
        sizes[^1] /= 2;
        using var source = Widened.Read(x);
        using var result = Widened.Write(Tensor.Empty(x.DType, sizes));
        if (x.DType == DType.Float64)
            Run<double>(source.Tensor, result.Tensor, (int)sizes[^1]);
        else
            Run<float>(source.Tensor, result.Tensor, (int)sizes[^1]);
        return result.Round();
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Floating(), [.. s.Sizes(s.Next(0, 3)), s.Size() * 2]));

    private static void Run<T>(Tensor source, Tensor result, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RowBlocks.Run(width == 0 ? 0 : result.Elements / width, width, (first, count) =>
        {
            for (int row = first; row < first + count; row++)
            {
                var gate = source.ReadOnlySpan<T>().Slice(row * 2 * width, width);
                var y = result.Span<T>().Slice(row * width, width);
                TensorPrimitives.Negate(gate, y);
                TensorPrimitives.Exp<T>(y, y);
                TensorPrimitives.Add(y, T.One, y);
                TensorPrimitives.Divide(gate, y, y);
                TensorPrimitives.Multiply(y, source.ReadOnlySpan<T>().Slice(((row * 2) + 1) * width, width), y);
            }
        });
    }
}
