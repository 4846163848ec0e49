using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Vectorized;

/// <summary>The vectorised row kernels and elementwise arithmetic against the plain references.</summary>
public class RowAndElementwiseTests
{
    // Less than a vector, around one and two of each width, and around the chunks of 512 and 1024 elements.
    private static readonly int[] Widths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 511, 513, 1023, 1025, 2050];

    private static readonly double[] Specials = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0];

    public static TheoryData<string> Names => [.. VectorizedOperator.All.Select(one => one.Definition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Small_calls_are_the_reference(string name)
    {
        var one = VectorizedOperator.Of(name);
        for (int seed = 0; seed < 300; seed++)
            Compare(one, seed, one.Definition.Sample!(new(new Random(seed))), special: seed % 4 == 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wide_calls_are_the_reference(string name)
    {
        var one = VectorizedOperator.Of(name);
        for (int seed = 0; seed < 160; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(0, 4), width = Widths[random.Next(Widths.Length)];
            Compare(one, seed, one.Draw(new(random), rows, width), special: seed % 4 == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Calls_that_cores_share_are_the_reference(string name)
    {
        var one = VectorizedOperator.Of(name);
        (int Rows, int Width)[] sizes = [(300, 1025), (1025, 257), (2, 140_001), (67_000, 4)];
        for (int seed = 0; seed < 6; seed++)
        {
            var (rows, width) = sizes[seed % sizes.Length];
            Compare(one, seed, one.Draw(new(new Random(seed)), rows, width), special: seed == 5);
        }
    }

    [Theory]
    [InlineData("evergraph::rms_norm")]
    [InlineData("evergraph::silu_and_mul")]
    [InlineData("aten::_softmax")]
    [InlineData("aten::silu")]
    public void A_row_does_not_depend_on_the_rows_beside_it(string name)
    {
        var one = VectorizedOperator.Of(name);
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var dtype = new[] { DType.Float32, DType.Float64, DType.Float16, DType.BFloat16 }[seed];
            long[] sizes = [200, 2050];
            Tensor x = Numbers.Draw(random, dtype, sizes), weight = Numbers.Draw(random, dtype, [2050]);
            var all = Run(x);
            for (int row = 0; row < 200; row += 7)
                Assert.True(Numbers.SameBits(Row(all, row), Run(Row(x, row))), $"{name}, seed {seed}, row {row}");

            Tensor Run(Tensor rows)
            {
                KernelArgument[] arguments = name switch
                {
                    "evergraph::rms_norm" => [KernelArgument.Of(rows), KernelArgument.Of(weight), KernelArgument.Of(1e-6)],
                    "aten::_softmax" => [KernelArgument.Of(rows), KernelArgument.Of(-1L), KernelArgument.Of(false)],
                    _ => [KernelArgument.Of(rows)],
                };
                var results = new Tensor[1];
                one.Run(arguments, results);
                return results[0];
            }
        }

        static Tensor Row(Tensor tensor, int row)
        {
            int bytes = (int)tensor.Sizes[1] * tensor.DType.Size();
            var result = Tensor.Empty(tensor.DType, 1, tensor.Sizes[1]);
            tensor.ReadOnlyBytes().Slice(row * bytes, bytes).CopyTo(result.Bytes());
            return result;
        }
    }

    [Fact]
    public void Rms_norm_with_a_residual_is_the_sum_and_its_norm_bit_for_bit()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var dtype = new[] { DType.Float32, DType.Float64, DType.Float16, DType.BFloat16 }[seed % 4];
            long rows = random.Next(0, 5), width = Widths[random.Next(Widths.Length)];
            Tensor x = Numbers.Draw(random, dtype, [rows, width]), residual = Numbers.Draw(random, dtype, [rows, width]);
            var weight = Numbers.Draw(random, dtype, [width]);

            var (y, sum) = VectorizedRmsNormResidual.Run(x, weight, residual, 1e-6);

            Assert.True(Numbers.SameBits(VectorizedAddTensor.Run(x, residual, 1), sum), $"seed {seed}: the sum of {x}");
            Assert.True(Numbers.SameBits(VectorizedRmsNorm.Run(sum, weight, 1e-6), y), $"seed {seed}: the norm of {x}");
        }
    }

    private static void Compare(VectorizedOperator one, int seed, OperatorSample sample, bool special)
    {
        if (special)
            PlaceSpecials(new Random(seed), [.. sample.TensorsOnRank[0]]);
        var call = new ConcreteCall(one.Definition, sample);
        var before = Array.ConvertAll(call.Tensors, tensor => tensor.ReadOnlyBytes().ToArray());
        var results = new Tensor[call.Results.Length];
        one.Run(KernelArguments.Bind(call.Arguments, value => call.Tensors[value.Id], symbol => throw new InvalidOperationException(symbol.Name)), results);
        for (int i = 0; i < results.Length; i++)
        {
            string what = $"{call}, seed {seed}, result {i}";
            Assert.True(call.Results[i].Type == results[i].Type, $"{what}: expected {call.Results[i]}, given {results[i]}");
            Assert.True(call.Tensors.All(tensor => tensor.Storage != results[i].Storage), $"{what} lies in an operand's memory");
            // The new residual is a sum, and exact.
            bool exact = one.Roundings == 0 || (one.Definition.Name == "evergraph::rms_norm.residual" && i == 1);
            AssertSame(call.Results[i], results[i], exact ? 0 : one.Roundings, one.Magnitude, what);
        }

        for (int i = 0; i < before.Length; i++)
            Assert.True(call.Tensors[i].ReadOnlyBytes().SequenceEqual(before[i]), $"{call}, seed {seed}: operand {i} was written to");
    }

    // Both are computed to some roundings of the type that is computed in, and 16-bit results are rounded after that, to neighbours at worst.
    private static void AssertSame(Tensor expected, Tensor given, double roundings, double magnitude, string what)
    {
        if (Numbers.SameBits(expected, given))
            return;
        double[] x = Numbers.ToDoubles(expected), y = Numbers.ToDoubles(given);
        double last = expected.DType.Size() == 2 ? 2.1 * Numbers.Epsilon(expected.DType) : 0;
        double computed = Numbers.Epsilon(expected.DType == DType.Float64 ? DType.Float64 : DType.Float32);
        // The reference adds float64 one after the other in float64, and so drifts by a rounding for each term, which are of either sign.
        if (roundings > 0 && expected.DType == DType.Float64)
            roundings += 2 * Math.Sqrt(expected.Sizes.ToArray().Append(1).Max());
        double smallest = expected.DType switch { DType.Float64 => double.Epsilon, DType.Float16 => (double)Half.Epsilon, _ => float.Epsilon };
        for (int i = 0; i < x.Length; i++)
        {
            double size = Math.Abs(x[i]);
            bool same = roundings == 0 || !double.IsFinite(x[i])
                ? x[i].Equals(y[i]) && (double.IsNaN(x[i]) || double.IsNegative(x[i]) == double.IsNegative(y[i]))
                : Math.Abs(x[i] - y[i]) <= (last * size) + (roundings * computed * Math.Max(size, magnitude)) + smallest;
            Assert.True(same, $"{what}: element {i}: expected {x[i]:R}, given {y[i]:R}");
        }

        Assert.True(roundings > 0 || expected.DType.IsFloating(), $"{what}: the bits differ");
    }

    private static void PlaceSpecials(Random random, Tensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            if (!tensor.DType.IsFloating() || tensor.Elements == 0)
                continue;
            var special = Casts.To(Tensor.Scalar(Specials[random.Next(Specials.Length)]), tensor.DType);
            int width = tensor.DType.Size();
            special.ReadOnlyBytes().CopyTo(tensor.Bytes().Slice(random.Next((int)tensor.Elements) * width, width));
        }
    }
}
