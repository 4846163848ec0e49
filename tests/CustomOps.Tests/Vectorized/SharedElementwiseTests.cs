using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Vectorized;

/// <summary>Elementwise operations that the cores share.</summary>
public class SharedElementwiseTests
{
    private const int Large = (1 << 18) + 77;

    [Fact]
    public void Every_element_of_a_function_is_computed_once()
    {
        var x = Numbers.Draw(new Random(7), DType.Float32, [Large]);
        var half = Casts.To(x, DType.BFloat16);

        Tensor negative = Neg.Invoke(x), exponential = Exp.Invoke(half);

        for (int i = 0; i < Large; i++)
        {
            Assert.Equal(-x.ReadOnlySpan<float>()[i], negative.ReadOnlySpan<float>()[i]);
            float expected = MathF.Exp((float)half.ReadOnlySpan<BFloat16>()[i]);
            Assert.Equal(expected, (float)exponential.ReadOnlySpan<BFloat16>()[i], expected * 0.005f);
        }
    }

    [Fact]
    public void Comparisons_of_large_tensors_are_whole()
    {
        var x = Tensor.From(Enumerable.Range(0, Large).ToArray(), Large);

        var below = LtTensor.Invoke(x, Tensor.Scalar(200_000L)).ReadOnlySpan<bool>();

        for (int i = 0; i < Large; i++)
            Assert.Equal(i < 200_000, below[i]);
    }

    [Fact]
    public void An_error_on_any_core_comes_out_as_it_is()
    {
        var divisors = new int[Large];
        Array.Fill(divisors, 1);
        divisors[^5] = 0;
        Tensor x = Tensor.From(new int[Large], Large);

        var error = Assert.Throws<EvergraphException>(() => FloorDivide.Invoke(x, Tensor.From(divisors, Large)));

        Assert.Equal("an integer is divided by zero: expected a divisor that is not 0; divide floating-point tensors for inf and nan", error.Message);
    }

    [Fact]
    public void Empty_tensors_stay_empty()
    {
        Tensor empty = Tensor.Zeros(DType.Float32, 0, 3), row = Tensor.Zeros(DType.Float32, 3), column = Tensor.Zeros(DType.Float32, 5, 1);

        Assert.Equal("float32[0, 3]", VectorizedAddTensor.Run(empty, row, 1).ToString());
        Assert.Equal("float32[5, 0]", VectorizedMulTensor.Run(column, Tensor.Zeros(DType.Float32, 0)).ToString());
        Assert.Equal("float32[0, 3]", VectorizedDivScalar.Run(empty, 2).ToString());
        Assert.Equal("float32[0, 3]", VectorizedSilu.Run(empty).ToString());
    }
}
