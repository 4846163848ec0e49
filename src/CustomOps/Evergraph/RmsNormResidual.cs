using Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps;

/// <summary>
/// The start of a decoder's block: the residual stream takes up x, and is normalized. It is <c>s = x + residual</c> and
/// <c>rms_norm(s, weight, eps)</c>, bit for bit: the 16-bit types are rounded after the sum.
/// </summary>
[CustomOp("evergraph::rms_norm.residual(Tensor x, Tensor weight, Tensor residual, float eps=1e-06) -> (Tensor, Tensor)", Traits = OperatorTraits.Pure | OperatorTraits.Rowwise)]
public static partial class RmsNormResidual
{
    /// <summary>Twice as x [..., hidden]: the norm, and the new residual.</summary>
    public static (TensorType Normalized, TensorType Residual) Fake(TensorType x, TensorType weight, TensorType residual, double eps)
    {
        RmsNorm.Check(x, weight);
        Operands.RequireSameDType(x, residual, "residual");
        Operands.RequireRank(residual, x.Rank, "residual");
        for (int i = 0; i < x.Rank; i++)
            Require(residual.Shape[i] == x.Shape[i], $"residual has another size than x at dimension {i}");
        return (x, x);
    }

    /// <summary>The normalized tokens, and the new residual.</summary>
    [Kernel(Backend.Reference)]
    public static (Tensor Normalized, Tensor Residual) Real(Tensor x, Tensor weight, Tensor residual, double eps)
    {
        var sum = ReferenceArithmetic.Add(x, residual, 1, x.DType);
        return (RmsNorms.Run(sum, x.Sizes[^1], weight, eps), sum);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, hidden) = (s.Floating(), s.Size());
        Shape shape = [.. s.Sizes(s.Next(0, 3)), hidden];
        return s.Call(
            s.Tensor(dtype, shape), s.Tensor(NormParameters.Draw(s, dtype), [hidden]), s.Tensor(dtype, shape), s.Pick(1e-6, 0.1));
    }
}
