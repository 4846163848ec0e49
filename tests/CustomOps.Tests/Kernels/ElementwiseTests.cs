using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

/// <summary>The loops: types, chunks, rounding. Operators are tested in Aten.</summary>
public class ElementwiseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1500)]
    public void Chunks_meet_without_a_gap(int count)
    {
        var x = Tensor.From(Enumerable.Range(0, count).Select(i => (BFloat16)(float)(i % 100)).ToArray(), count);
        var row = Tensor.From(Enumerable.Range(0, count).ToArray(), 1, count);

        var sum = AddTensor.Invoke(x, Casts.ToTensor(1, DType.Float32)).ReadOnlySpan<BFloat16>();
        var exp = Exp.Invoke(row).ReadOnlySpan<float>();
        var product = MulTensor.Invoke(row, Tensor.From([2L, 3L], 2, 1)).ReadOnlySpan<long>();

        for (int i = 0; i < count; i++)
        {
            Assert.Equal((i % 100) + 1, (float)sum[i]);
            Assert.Equal(i < 80 ? MathF.Exp(i) : exp[i], exp[i], i < 80 ? MathF.Exp(i) * 1e-6f : 0);
            Assert.Equal(2 * i, product[i]);
            Assert.Equal(3 * i, product[count + i]);
        }
    }

    [Fact]
    public void Sums_of_bfloat16_round_once_to_even()
    {
        var x = Tensor.From([(BFloat16)256f, (BFloat16)258f], 2);

        Assert.Equal([256f, 260f], Floats(AddTensor.Invoke(x, Tensor.From([(BFloat16)1f], 1))));
    }

    [Fact]
    public void A_number_takes_part_unrounded()
    {
        // 1.0038 is 1 in bfloat16; 200 · 1.0038 = 200.76 is 201.
        var x = Tensor.From([(BFloat16)200f], 1);

        Assert.Equal([201f], Floats(MulScalar.Invoke(x, 1.0038)));
        Assert.Equal([201f], Floats(MulTensor.Invoke(x, Tensor.Scalar(1.0038f))));
        Assert.Equal([201f], Floats(MulTensor.Invoke(Tensor.Scalar(1.0038f), x)));
    }

    [Fact]
    public void An_integer_tensor_is_rounded_to_the_common_type_first()
    {
        // 257 is 256 in bfloat16, and 256 + 1 is 256; unrounded it were 258.
        var sum = AddTensor.Invoke(Tensor.From([257L], 1), Tensor.From([(BFloat16)1f], 1));

        Assert.Equal([256f], Floats(sum));
    }

    [Fact]
    public void The_product_with_alpha_is_not_rounded()
    {
        // 3 · 1.0078125 = 3.0234375 is a tie of bfloat16.
        var sum = AddTensor.Invoke(Tensor.From([(BFloat16)(-3f)], 1), Tensor.From([(BFloat16)1.0078125f], 1), 3);

        Assert.Equal([0.0234375f], Floats(sum));
    }

    [Fact]
    public void Comparisons_round_both_sides()
    {
        Assert.True(EqScalar.Invoke(Tensor.From([(BFloat16)0.1f], 1), 0.1).ReadOnlySpan<bool>()[0]);
        Assert.True(EqScalar.Invoke(Tensor.From([0.1f], 1), 0.1).ReadOnlySpan<bool>()[0]);
        // An integer and a floating-point number meet in float32.
        Assert.True(EqScalar.Invoke(Tensor.From([16_777_217L], 1), 16_777_216.0).ReadOnlySpan<bool>()[0]);
        Assert.False(EqScalar.Invoke(Tensor.From([16_777_217L], 1), 16_777_216).ReadOnlySpan<bool>()[0]);
        Assert.True(EqTensor.Invoke(Tensor.From([257L], 1), Tensor.From([(BFloat16)256f], 1)).ReadOnlySpan<bool>()[0]);
    }

    [Fact]
    public void Every_mix_of_types_and_shapes_adds_as_one_by_one()
    {
        const int seed = 31;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            var (a, b) = (Draw(random), Draw(random));
            var left = Casts.To(a, (DType)random.Next(9));
            var right = Casts.To(b, (DType)random.Next(9));
            var dtype = Promotion.Of(left, right);

            var sum = AddTensor.Invoke(left, right);

            Assert.Equal(dtype, sum.DType);
            var given = Casts.To(sum, DType.Float64).ReadOnlySpan<double>();
            // All numbers are small integers, exact in every type.
            var x = Casts.To(Broadcast.To(left, sum.Sizes, left.DType), DType.Float64).ReadOnlySpan<double>();
            var y = Casts.To(Broadcast.To(right, sum.Sizes, right.DType), DType.Float64).ReadOnlySpan<double>();
            for (int i = 0; i < given.Length; i++)
            {
                double expected = dtype == DType.Bool ? Math.Max(x[i], y[i]) : x[i] + y[i];
                Assert.True(expected == given[i], $"seed {seed}, round {round}: {left} + {right} at {i}: expected {expected}, given {given[i]}");
            }
        }
    }

    private static Tensor Draw(Random random)
    {
        long[] sizes = [.. new long[] { 3, 1, 600 }.Select(size => random.Next(2) == 0 ? size : 1)];
        var shape = sizes[random.Next(sizes.Length + 1)..];
        int count = (int)shape.Aggregate(1L, (product, size) => product * size);
        return Tensor.From(Enumerable.Range(0, count).Select(_ => (double)random.Next(0, 60)).ToArray(), shape);
    }

    private static float[] Floats(Tensor tensor)
    {
        Assert.Equal(DType.BFloat16, tensor.DType);
        return Casts.To(tensor, DType.Float32).ReadOnlySpan<float>().ToArray();
    }
}
