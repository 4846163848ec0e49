namespace Evergraph.CustomOps.Aten;

/// <summary>A linear layer: input [..., K] · weight [N, K]ᵀ + bias [N].</summary>
[CustomOp("aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Rowwise)]
public static partial class Linear
{
    /// <summary>[..., N], in the operands' common type.</summary>
    public static TensorType Fake(TensorType input, TensorType weight, TensorType? bias)
    {
        Require(input.Rank >= 1, $"input must have a dimension of features: expected rank 1 or more, given {input}");
        Operands.RequireRank(weight, 2, "weight");
        Operands.RequireNumber(input, "input");
        Operands.RequireSameDType(input, weight, "weight");
        Operands.RequireSameDType(input, bias, "bias");
        Require(input.Shape[^1] == weight.Shape[1], "inner sizes differ");
        Operands.RequireVector(bias, weight.Shape[0], "bias");
        return new(input.DType, input.Shape.With(input.Rank - 1, weight.Shape[0]));
    }

    /// <summary>The product; see <see cref="MatrixProducts"/> for how it is rounded.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, Tensor weight, Tensor? bias) => PlainProducts.Instance.Linear(input, weight, bias);

    /// <summary>Every axis of the input but the features can be cut; weight and bias stay whole, whatever their sizes are.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query)
    {
        if (query.Operand != 0 || query.Axis == query.Type.Rank - 1)
            return null;
        var axes = new int[query.OperandTypes.Length];
        Array.Fill(axes, AxisSplit.Whole);
        axes[0] = query.Axis;
        return new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments);
    }

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (dtype, n, k) = (s.Number(), s.Size(), s.Size());
        var input = s.Tensor(dtype, [.. s.Sizes(s.Next(0, 3)), k]);
        return s.Call(input, s.Tensor(dtype, [n, k]), s.Coin() ? s.Tensor(dtype, [n]) : null);
    }
}
