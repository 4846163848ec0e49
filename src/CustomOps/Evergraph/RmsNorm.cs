using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps;

/// <summary>RMS norm of tokens: x / √(mean(x²) + ε) · weight over the last dimension; see <see cref="RmsNorms"/>.</summary>
[CustomOp("evergraph::rms_norm(Tensor x, Tensor weight, float eps=1e-06) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Rowwise)]
public static partial class RmsNorm
{
    /// <summary>As x [..., hidden]; the weight is [hidden].</summary>
    public static TensorType Fake(TensorType x, TensorType weight, double eps)
    {
        Check(x, weight);
        return x;
    }

    /// <summary>The normalized tokens.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, Tensor weight, double eps) => RmsNorms.Run(x, x.Sizes[^1], weight, eps);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, hidden) = (s.Floating(), s.Size());
        return s.Call(
            s.Tensor(dtype, [.. s.Sizes(s.Next(0, 3)), hidden]), s.Tensor(NormParameters.Draw(s, dtype), [hidden]), s.Pick(1e-6, 0.1));
    }

    /// <summary>Checks what the fakes of this and the residual overload ask.</summary>
    /// <exception cref="ShapeException">The operands are not legal.</exception>
    internal static void Check(TensorType x, TensorType weight)
    {
        Require(x.Rank >= 1, $"x must have a dimension of features: expected rank 1 or more, given {x}");
        Operands.RequireVector(weight, x.Shape[^1], "weight");
        NormParameters.Check(x, weight);
    }
}
