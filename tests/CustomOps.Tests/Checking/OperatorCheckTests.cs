using Evergraph.CustomOps.Checking;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Checking;

/// <summary>The check catches operators that are wrong on purpose, one mistake each.</summary>
public class OperatorCheckTests
{
    private static readonly Func<TensorType, TensorType> SameType = x => x;
    private static readonly Func<Tensor, Tensor> Copy = x => x.Clone();

    [Fact]
    public void A_right_operator_passes()
    {
        var result = OperatorCheck.Run(Define(SameType, Copy), samples: 30, seed: 1);

        Assert.True(result.IsSound, result.ToString());
        Assert.Equal("test::op: 30 passed", result.ToString());
    }

    [Fact]
    public void A_wrong_element_type_is_caught() =>
        AssertCaught(Define(x => new(DType.Float64, x.Shape), Copy), "result 0: expected float64[n0, n1] as the fake says, given float32[");

    [Fact]
    public void A_wrong_size_is_caught() =>
        AssertCaught(Define(x => new(x.DType, [x.Shape[0] + 1, x.Shape[1]]), Copy), "the fake on symbols says float32[n0 + 1, n1], size 0: expected ");

    [Fact]
    public void A_wrong_rank_is_caught() =>
        AssertCaught(Define(x => new(x.DType, [x.Shape[0]]), Copy), "result 0: expected float32[n0] as the fake says, given float32[");

    [Fact]
    public void A_fake_that_rounds_down_where_the_kernel_rounds_up_is_caught() =>
        AssertCaught(
            Define(x => new(x.DType, [x.Shape[0] / 2, x.Shape[1]]), x => Tensor.Zeros(x.DType, (x.Sizes[0] + 1) / 2, x.Sizes[1])),
            "the fake on symbols says float32[n0 // 2, n1], size 0: expected ");

    [Fact]
    public void A_fake_that_says_another_size_for_numbers_than_for_symbols_is_caught() =>
        AssertCaught(
            Define(x => x.Shape.IsConstant ? new(x.DType, [x.Shape[0] + 1, x.Shape[1]]) : x, Copy),
            "result 0: the fake on numbers says float32[");

    [Fact]
    public void An_example_size_in_the_fake_is_caught() =>
        AssertCaught(Define(x => new(x.DType, [3, x.Shape[1]]), Copy), "size 0: expected 3, given ");

    [Fact]
    public void A_result_that_is_an_input_is_caught() =>
        AssertCaught(Define(SameType, x => x), "reference kernel: result 0 shares memory with an input: return a copy");

    [Fact]
    public void A_view_of_an_input_is_caught() =>
        AssertCaught(Define(SameType, x => x.Reinterpret(x.Sizes)), "result 0 shares memory with an input");

    [Fact]
    public void Results_that_share_memory_are_caught()
    {
        var definition = Define(
            "test::op(Tensor x) -> (Tensor, Tensor)",
            arguments => [arguments.Tensor(0), arguments.Tensor(0)],
            (arguments, results) => results[0] = results[1] = arguments[0].Tensor.Clone(),
            Draw);

        AssertCaught(definition, "result 1 shares memory with another result: give each its own");
    }

    [Fact]
    public void A_part_of_a_larger_block_is_caught() =>
        AssertCaught(
            Define(SameType, x => new(x.DType, x.Sizes.ToArray(), Tensor.Zeros(x.DType, x.Elements + 1).Storage)),
            "result 0 is a part of a larger block: expected ");

    [Fact]
    public void Writing_into_an_input_is_caught() =>
        AssertCaught(
            Define(SameType, x =>
            {
                x.Span<float>().Fill(7);
                return x.Clone();
            }),
            "it wrote into operand 0, which is the caller's");

    [Fact]
    public void An_element_that_is_not_written_is_caught() =>
        AssertCaught(
            Define(SameType, x =>
            {
                var result = Tensor.Empty(x.DType, x.Sizes);
                if (x.Elements > 0)
                    x.ReadOnlySpan<float>()[1..].CopyTo(result.Span<float>());
                return result;
            }),
            "result 0 differs between two runs in memory with other contents");

    [Fact]
    public void A_bool_that_is_neither_0_nor_1_is_caught() =>
        AssertCaught(
            Define(x => new(DType.Bool, x.Shape), x =>
            {
                var result = Tensor.Empty(DType.Bool, x.Sizes);
                result.Bytes().Fill(2);
                return result;
            }),
            "result 0 holds a bool that is neither 0 nor 1");

    [Fact]
    public void A_requirement_that_a_legal_input_breaks_is_caught() =>
        AssertCaught(
            Define(
                x =>
                {
                    FakeContext.Require(x.Shape[0] == x.Shape[1], "not a square");
                    return x;
                },
                Copy),
            "not a square");

    [Fact]
    public void A_missing_result_is_caught() => AssertCaught(Define(SameType, _ => null!), "result 0 is missing");

    [Fact]
    public void A_kernel_that_throws_is_caught() =>
        AssertCaught(Define(SameType, _ => throw new InvalidOperationException("broken")), "reference kernel: InvalidOperationException: broken");

    [Fact]
    public void An_operator_without_an_input_generator_fails()
    {
        var result = OperatorCheck.Run(Define(SameType, Copy, withSample: false), samples: 10, seed: 1);

        Assert.False(result.IsSound);
        Assert.Equal(0, result.Passed);
        Assert.StartsWith("there is no input generator", Assert.Single(result.Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_without_an_implementation_fails()
    {
        var definition = new OperatorDefinition(OperatorSchema.Parse("test::op(Tensor x) -> Tensor"), OperatorTraits.Pure, arguments => [arguments.Tensor(0)], [], sample: Draw);

        AssertCaught(definition, "there is no implementation");
    }

    [Fact]
    public void An_argument_of_another_kind_than_the_schema_says_is_caught()
    {
        var definition = Define("test::op(Tensor x) -> Tensor", arguments => [arguments.Tensor(0)], (_, _) => { }, s => s.Call(3));

        AssertCaught(definition, "the input generator gives argument x a DimArgument: expected Tensor");
    }

    [Fact]
    public void A_data_dependent_size_above_its_bound_is_caught()
    {
        Func<TensorType, TensorType> atMostThree = x => new(x.DType, [FakeContext.FreshSymbol(3)]);

        AssertCaught(Define(atMostThree, x => Tensor.Zeros(x.DType, 4)), "expected u0 in 0..3, given 4");
        var sound = OperatorCheck.Run(Define(atMostThree, x => Tensor.Zeros(x.DType, Math.Min(x.Sizes[0], 3))), samples: 20, seed: 1);
        Assert.True(sound.IsSound, sound.ToString());
    }

    [Fact]
    public void A_data_dependent_size_that_two_results_do_not_share_is_caught()
    {
        var definition = Define(
            "test::op(Tensor x) -> (Tensor, Tensor)",
            arguments =>
            {
                var size = FakeContext.FreshSymbol(9);
                return [new(DType.Float32, [size]), new(DType.Float32, [size])];
            },
            (_, results) => (results[0], results[1]) = (Tensor.Zeros(DType.Float32, 1), Tensor.Zeros(DType.Float32, 2)),
            Draw);

        AssertCaught(definition, "result 1: the fake on symbols says float32[u0], size 0: expected 1, given 2");
    }

    [Fact]
    public void Samples_of_several_ranks_run_on_all_of_them()
    {
        var definition = Define("test::op(Tensor x) -> Tensor", arguments => [arguments.Tensor(0)], (arguments, results) => results[0] = arguments[0].Tensor.Clone(), OnTwoRanks);
        var seen = new List<int>();
        Tensor[][] InTurn(int ranks, Func<int, Tensor[]> onRank)
        {
            seen.Add(ranks);
            return [.. Enumerable.Range(0, ranks).Select(onRank)];
        }

        AssertCaught(definition, "the sample takes 2 ranks: expected a runner that starts them");
        var result = OperatorCheck.Run(definition, samples: 5, seed: 1, InTurn);
        Assert.True(result.IsSound, result.ToString());
        // Twice for each sample.
        Assert.Equal(Enumerable.Repeat(2, 10), seen);
    }

    [Fact]
    public void A_wrong_result_on_another_rank_is_caught()
    {
        int calls = 0;
        var definition = Define(
            "test::op(Tensor x) -> Tensor",
            arguments => [arguments.Tensor(0)],
            (arguments, results) => results[0] = calls++ % 2 == 0 ? arguments[0].Tensor.Clone() : Tensor.Zeros(DType.Bool),
            OnTwoRanks);

        var result = OperatorCheck.Run(definition, samples: 1, seed: 1, (ranks, onRank) => [.. Enumerable.Range(0, ranks).Select(onRank)]);

        Assert.Contains("given bool[]", Assert.Single(result.Failures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_names_the_call_its_sizes_and_the_seed_that_draws_it_again()
    {
        var definition = Define(SameType, x => x);

        var failure = OperatorCheck.Run(definition, samples: 10, seed: 77).Failures[0];

        Assert.Matches(@"^test::op\(float32\[n0, n1\]\) with n0 = \d, n1 = \d: .*\(seed \d+\)$", failure.ToString());
        Assert.Equal(failure, OperatorCheck.RunSample(definition, failure.Seed));
    }

    [Fact]
    public void The_smallest_failure_comes_first()
    {
        var failures = OperatorCheck.Run(Define(SameType, x => x), samples: 30, seed: 5).Failures;

        Assert.Equal(failures.Select(failure => failure.Elements).Order(), failures.Select(failure => failure.Elements));
    }

    private static OperatorSample Draw(SampleBuilder s) => s.Call(s.Tensor(DType.Float32, Shape.Create(s.Sizes(2))));

    private static OperatorSample OnTwoRanks(SampleBuilder s)
    {
        s.OnRanks(2);
        return Draw(s);
    }

    private static OperatorDefinition Define(Func<TensorType, TensorType> fake, Func<Tensor, Tensor> kernel, bool withSample = true) => Define(
        "test::op(Tensor x) -> Tensor",
        arguments => [fake(arguments.Tensor(0))],
        (arguments, results) => results[0] = kernel(arguments[0].Tensor),
        withSample ? Draw : null);

    private static OperatorDefinition Define(string schema, FakeFunction fake, KernelFunction kernel, SampleFunction? sample) =>
        new(OperatorSchema.Parse(schema), OperatorTraits.Pure, fake, [new KernelDefinition(Backend.Reference, kernel)], sample: sample);

    private static void AssertCaught(OperatorDefinition definition, string message)
    {
        var result = OperatorCheck.Run(definition, samples: 30, seed: 1);

        Assert.False(result.IsSound);
        Assert.Contains(result.Failures, failure => failure.Message.Contains(message, StringComparison.Ordinal));
    }
}
