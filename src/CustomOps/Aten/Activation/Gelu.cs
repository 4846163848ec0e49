namespace Evergraph.CustomOps.Aten;

/// <summary>x · Φ(x), element by element, with the normal distribution's Φ exact (none) or by tanh (tanh).</summary>
[CustomOp("aten::gelu(Tensor self, *, str approximate='none') -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.Elementwise)]
public static partial class Gelu
{
    /// <summary>The same type, floating.</summary>
    public static TensorType Fake(TensorType self, string approximate)
    {
        Require(self.DType.IsFloating(), "gelu takes floating-point numbers: convert the tensor first");
        if (approximate is not ("none" or "tanh"))
            throw Fail($"approximate is unknown: expected 'none' or 'tanh', given '{approximate}'");
        return self;
    }

    /// <summary>x · Φ(x), element by element, with the normal distribution's Φ exact (none) or by tanh (tanh).</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self, string approximate) => approximate == "tanh"
        ? ReferenceFunction.Apply(self, x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))))
        : ReferenceFunction.Apply(self, x => x / 2 * (1 + ErrorFunction.Of(x * Math.Sqrt(0.5))));

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.Tensor(s.Floating(), s.AnyShape()), s.Pick("none", "tanh"));
}
