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

    /// <summary>The gated features, computed in float64 and rounded once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x)
    {
        long[] sizes = x.Sizes.ToArray();
        int width = (int)(sizes[^1] /= 2);
        var result = Scratch.Empty(DType.Float64, sizes);
        var numbers = Scratch.As(x, DType.Float64).ReadOnlySpan<double>();
        for (int i = 0; i < result.Elements; i++)
        {
            int row = i / width, column = i % width;
            double gate = numbers[(row * 2 * width) + column], value = numbers[(((row * 2) + 1) * width) + column];
            result.Span<double>()[i] = gate / (1 + Math.Exp(-gate)) * value;
        }

        return Casts.To(result, x.DType);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Floating(), [.. s.Sizes(s.Next(0, 3)), s.Size() * 2]));
}
