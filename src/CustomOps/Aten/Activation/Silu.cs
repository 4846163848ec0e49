namespace Evergraph.CustomOps.Aten;

/// <summary>x / (1 + e⁻ˣ), element by element.</summary>
[CustomOp("aten::silu(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Silu
{
    /// <summary>The same type, floating.</summary>
    public static TensorType Fake(TensorType self)
    {
        Require(self.DType.IsFloating(), "silu takes floating-point numbers: convert the tensor first");
        return self;
    }

    /// <summary>x / (1 + e⁻ˣ), element by element.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self) => ReferenceFunction.Apply(self, x => x / (1 + Math.Exp(-x)));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Floating(), s.AnyShape()));
}
