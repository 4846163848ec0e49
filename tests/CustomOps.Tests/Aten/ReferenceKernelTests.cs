using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using ATen = Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps.Tests.Aten;

/// <summary>The plain kernels that vectorised ones are measured by, against numbers worked out by hand.</summary>
public class ReferenceKernelTests
{
    [Fact]
    public void Rms_norm()
    {
        // mean(3², 4²) = 12.5 and mean(1², 7²) = 25; with ε they are 16 and 28.5.
        Tensor x = Tensor.From([3.0, 4, 1, 7], 2, 2), weight = Tensor.From([1.0, -2], 2);

        double[] expected = [3 / 4.0, -2.0, 1 / Math.Sqrt(28.5), -14 / Math.Sqrt(28.5)];
        Oracle.AssertClose(expected, RmsNorm.Real(x, weight, 3.5), "rms_norm");
        Oracle.AssertClose(expected, ATen.RmsNorm.Real(x, [2], weight, 3.5), "aten::rms_norm");
        Oracle.AssertClose([3 / 4.0, 1, 1 / Math.Sqrt(28.5), 7 / Math.Sqrt(28.5)], ATen.RmsNorm.Real(x, [2], null, 3.5), "without a weight");
    }

    [Fact]
    public void Rms_norm_rounds_the_sum_with_the_residual_first()
    {
        // 256 + 1 is 256 in bfloat16, and 1 + 0 is 1: (256² + 1) / 2.
        Tensor x = Tensor.From([(BFloat16)256f, (BFloat16)1f], 1, 2), residual = Tensor.From([(BFloat16)1f, (BFloat16)0f], 1, 2);

        var (y, sum) = RmsNormResidual.Real(x, Tensor.From([1f, 1f], 2), residual, 0);

        Assert.Equal([256f, 1], sum.ReadOnlySpan<BFloat16>().ToArray().Select(number => (float)number));
        double root = Math.Sqrt(((256.0 * 256) + 1) / 2);
        Oracle.AssertClose([256 / root, 1 / root], y, "norm", magnitude: 0, roundings: 1);
    }

    [Fact]
    public void Silu_and_gelu()
    {
        var x = Tensor.From([0.0, 1, -2], 3);

        double[] silu = [0, 1 / (1 + Math.Exp(-1)), -2 / (1 + Math.Exp(2))];
        Oracle.AssertClose(silu, ATen.Silu.Real(x), "silu");
        // Φ(1) and Φ(−2) of the normal distribution.
        Oracle.AssertClose([0, 0.84134474606854293, -2 * 0.022750131948179209], ATen.Gelu.Real(x, "none"), "gelu");
        double slope = Math.Sqrt(2 / Math.PI);
        double[] byTanh = [0, 0.5 * (1 + Math.Tanh(slope * 1.044715)), -1 + Math.Tanh(slope * (2 + (8 * 0.044715)))];
        Oracle.AssertClose(byTanh, ATen.Gelu.Real(x, "tanh"), "gelu by tanh");
        // Rows [0, 1 | 10, 20] and [−2, 0 | 30, 40].
        var pairs = Tensor.From([0.0, 1, 10, 20, -2, 0, 30, 40], 2, 4);
        Oracle.AssertClose([0, 20 * silu[1], 30 * silu[2], 0], SiluAndMul.Real(pairs), "silu_and_mul", magnitude: 20);
    }

    [Fact]
    public void Rotary_embedding_turns_by_a_quarter()
    {
        // Row 0 of the tables leaves a pair, row 1 turns (a, b) to (−b, a); the fifth feature stays.
        Tensor q = Tensor.From([1.0, 2, 3, 4, 5, 1, 2, 3, 4, 5], 2, 1, 5), cos = Tensor.From([1.0, 1, 0, 0], 2, 2), sin = Tensor.From([0.0, 0, 1, 1], 2, 2);

        Given.AssertIs([1.0, 2, 3, 4, 5, -3, -4, 1, 2, 5], [2, 1, 5], RotaryEmbedding.Real(q, q, cos, sin, null, false).Q);
        Given.AssertIs([1.0, 2, 3, 4, 5, -2, 1, -4, 3, 5], [2, 1, 5], RotaryEmbedding.Real(q, q, cos, sin, null, true).K);
        Given.AssertIs([-3.0, -4, 1, 2, 5, 1, 2, 3, 4, 5], [2, 1, 5], RotaryEmbedding.Real(q, q, cos, sin, Tensor.From([1L, 0], 2), false).K);
    }

    [Fact]
    public void Softmax_and_its_logarithm()
    {
        var x = Tensor.From([0, Math.Log(3), 1000, double.NegativeInfinity], 2, 2);

        Oracle.AssertClose([0.25, 0.75, 1, 0], ATen.SoftmaxInt.Real(x, -1, null), "rows");
        Oracle.AssertClose([Math.Log(0.25), Math.Log(0.75), 0, double.NegativeInfinity], ATen.LogSoftmaxCore.Real(x, 1, false), "logarithms");
        Oracle.AssertClose([0, 1, 1, 0], ATen.SoftmaxCore.Real(x, 0, false), "columns");
        Assert.All(
            ATen.LogSoftmaxInt.Real(Tensor.From([double.NegativeInfinity, double.NegativeInfinity], 2), 0, null).ReadOnlySpan<double>().ToArray(),
            y => Assert.True(double.IsNaN(y)));
        Assert.Equal("float16[2]", ATen.SoftmaxInt.Real(Tensor.From([1, 2], 2), 0, DType.Float16).ToString());
    }

    [Fact]
    public void Arithmetic_repeats_sizes_of_1_on_either_side()
    {
        Tensor column = Tensor.From([10, 20], 2, 1), row = Tensor.From([1, 2, 3], 3);

        Given.AssertIs([11, 12, 13, 21, 22, 23], [2, 3], ATen.AddTensor.Real(column, row, 1));
        Given.AssertIs([-19, -39, -18, -38, -17, -37], [3, 2], ATen.SubTensor.Real(row.Reinterpret(3, 1), column.Reinterpret(2), 2));
        Given.AssertIs([10, 20, 30, 20, 40, 60], [2, 3], ATen.MulTensor.Real(row, column));
        Given.AssertIs([10f, 5, 10f / 3, 20, 10, 20f / 3], [2, 3], ATen.DivTensor.Real(column, row));
        Given.AssertIs<int>([], [0, 3], ATen.AddTensor.Real(row, Tensor.Zeros(DType.Int32, 0, 1), 1));
    }

    [Fact]
    public void Integers_wrap_around_and_bools_are_or_and_and()
    {
        Given.AssertIs<byte>([4], [1], ATen.AddScalar.Real(Tensor.From(new byte[] { 250 }, 1), 10, 1));
        Given.AssertIs<sbyte>([127], [1], ATen.SubScalar.Real(Tensor.From(new sbyte[] { -128 }, 1), 1, 1));
        Given.AssertIs([1_410_065_408], [1], ATen.MulScalar.Real(Tensor.From([100_000], 1), 100_000));
        Given.AssertIs([3.5f], [1], ATen.DivScalar.Real(Tensor.From([7], 1), 2));
        Tensor a = Tensor.From([true, true, false, false], 4), b = Tensor.From([true, false, true, false], 4);
        Given.AssertIs([true, true, true, false], [4], ATen.AddTensor.Real(a, b, 1));
        Given.AssertIs([true, true, false, false], [4], ATen.AddTensor.Real(a, b, false));
        Given.AssertIs([true, false, false, false], [4], ATen.MulTensor.Real(a, b));
    }

    [Fact]
    public void Types_of_16_bits_round_once_and_integers_before()
    {
        Tensor one = Tensor.From([(BFloat16)1f], 1), number = Tensor.From([257L], 1);

        // 257 is 256 in bfloat16; 256 + 1 is 256, and 2·256 + 1 is 512, where 2·257 + 1 were 516.
        Assert.Equal(256f, First(ATen.AddTensor.Real(one, number, 1)));
        Assert.Equal(512f, First(ATen.AddTensor.Real(one, number, 2)));
        Assert.Equal(512f, First(CustomOps.Vectorized.VectorizedAddTensor.Run(one, number, 2)));
        // A number takes part as it is: 200 · 1.0038 = 200.76 is 201, but 1.0038 is 1 in bfloat16.
        Assert.Equal(201f, First(ATen.MulTensor.Real(Tensor.From([(BFloat16)200f], 1), Tensor.Scalar(1.0038f))));
        Assert.Equal(201f, First(ATen.MulScalar.Real(Tensor.From([(BFloat16)200f], 1), 1.0038)));
        // 3 · 1.0078125 = 3.0234375 is a tie of bfloat16.
        Assert.Equal(0.0234375f, First(ATen.AddTensor.Real(Tensor.From([(BFloat16)(-3f)], 1), Tensor.From([(BFloat16)1.0078125f], 1), 3)));

        static float First(Tensor tensor) => (float)tensor.ReadOnlySpan<BFloat16>()[0];
    }
}
