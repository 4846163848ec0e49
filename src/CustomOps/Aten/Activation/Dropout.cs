namespace Evergraph.CustomOps.Aten;

/// <summary>A copy: dropout outside training.</summary>
[CustomOp(
    "aten::dropout(Tensor input, float p, bool train) -> Tensor",
    Traits = OperatorTraits.Pure | OperatorTraits.Elementwise | OperatorTraits.IdentityOnSameType)]
public static partial class Dropout
{
    /// <summary>The same type. Training is refused: it is random.</summary>
    public static TensorType Fake(TensorType input, double p, bool train)
    {
        Require(!train, "dropout is random in training: expected train=false; call model.eval() before the export");
        Require(p is >= 0 and <= 1, "p is not a probability: expected a number from 0 to 1");
        return input;
    }

    /// <summary>A copy: dropout outside training.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input, double p, bool train) => input.Clone();

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Floating(), s.AnyShape()), s.Random.NextDouble(), false);
}
