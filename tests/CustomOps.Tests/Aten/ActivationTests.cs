using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten;

public class ActivationTests
{
    private static readonly Tensor X = Tensor.From([0f, 0.5f, 1, 2, -1, -3], 6);

    [Fact]
    public void Gelu_is_torch_gelu() =>
        AssertClose([0, 0.34573123f, 0.8413447f, 1.9544997f, -0.15865526f, -0.00404969f], Gelu.Invoke(X));

    [Fact]
    public void Gelu_by_tanh_is_torch_gelu_by_tanh() =>
        AssertClose([0, 0.345714f, 0.841192f, 1.9545977f, -0.158808f, -0.0036373f], Gelu.Invoke(X, "tanh"));

    [Fact]
    public void Gelu_in_double_precision()
    {
        var y = Gelu.Invoke(Tensor.From([1.0, -1.0], 2)).ReadOnlySpan<double>();

        Assert.Equal(0.8413447460685429, y[0], 1e-15);
        Assert.Equal(-0.15865525393145707, y[1], 1e-15);
    }

    [Fact]
    public void Gelu_refuses_other_approximations_and_integers()
    {
        var error = Assert.Throws<ShapeException>(() => Gelu.Invoke(X, "fast"));
        Assert.EndsWith("approximate is unknown: expected 'none' or 'tanh', given 'fast'", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ShapeException>(() => Gelu.Invoke(Tensor.From([1], 1)));
        Assert.EndsWith("gelu takes floating-point numbers: convert the tensor first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Silu_keeps_its_sign_far_out()
    {
        AssertClose([0, 0.31122968f, 0.7310586f, 1.7615942f, -0.26894143f, -0.14227763f], Silu.Invoke(X));
        Assert.Equal([-0f, 200], Silu.Invoke(Tensor.From([-200f, 200f], 2)).ReadOnlySpan<float>().ToArray());
    }

    [Fact]
    public void Half_and_bfloat16_round_once()
    {
        var x = Tensor.From([(BFloat16)1f], 1);
        var y = Tensor.From([(Half)1f], 1);

        // 0.7310586 between 0.73046875 and 0.734375, and between 0.73095703 and 0.73144531.
        Assert.Equal(0.73046875f, (float)Silu.Invoke(x).ReadOnlySpan<BFloat16>()[0]);
        Assert.Equal(0.73095703f, (float)Silu.Invoke(y).ReadOnlySpan<Half>()[0]);
    }

    [Fact]
    public void Relu_keeps_nan_and_integers()
    {
        Assert.Equal([0f, 2, float.NaN], Relu.Invoke(Tensor.From([-1f, 2, float.NaN], 3)).ReadOnlySpan<float>().ToArray());
        Assert.Equal([0L, 2], Relu.Invoke(Tensor.From([-1L, 2], 2)).ReadOnlySpan<long>().ToArray());
        Assert.Throws<ShapeException>(() => Relu.Invoke(Tensor.From([true], 1)));
    }

    [Fact]
    public void Dropout_copies_outside_training_and_is_refused_in_it()
    {
        Assert.Equal(X.ReadOnlySpan<float>().ToArray(), Dropout.Invoke(X, 0.5, false).ReadOnlySpan<float>().ToArray());
        var error = Assert.Throws<ShapeException>(() => Dropout.Invoke(X, 0.5, true));
        Assert.EndsWith("dropout is random in training: expected train=false; call model.eval() before the export", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ShapeException>(() => Dropout.Invoke(X, 1.5, false));
        Assert.EndsWith("p is not a probability: expected a number from 0 to 1", error.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(float[] expected, Tensor given)
    {
        var y = given.ReadOnlySpan<float>();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], y[i], 1e-6f);
    }
}
