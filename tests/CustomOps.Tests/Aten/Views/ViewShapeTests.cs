using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Views;

/// <summary>Sizes that view, expand and cat infer over symbols, as torch.export records them, at 0 and 1 as well.</summary>
public class ViewShapeTests
{
    private static readonly Dim S = new Symbol("s70", 0, 4096);
    private static readonly Dim B = new Symbol("s72", 0, 64);
    private static readonly Dim P = new Symbol("s77", 1, 1024);

    [Fact]
    public void An_inferred_size_cancels_sizes_that_both_shapes_have()
    {
        Assert.Equal([1, S, 4, 16], View.Fake(Of(1, S, 64), [1, S, -1, 16]).Shape);
        Assert.Equal([B, S, 4, 16], View.Fake(Of(B, S, 64), [B, S, -1, 16]).Shape);
        Assert.Equal([B, S, 64], Reshape.Fake(Of(B, S, 4, 16), [B, S, -1]).Shape);
        Assert.Equal([B * S, 64], View.Fake(Of(B, S, 64), [-1, 64]).Shape);
        Assert.Equal([4 * P], Reshape.Fake(Of(P, 4), [-1]).Shape);
        Assert.Equal([2, P], View.Fake(Of(P * 2), [2, -1]).Shape);
    }

    [Fact]
    public void An_inferred_size_that_needs_another_not_to_be_zero_requires_it()
    {
        var (types, requirements) = Infer(View.Definition, [Of(4 * S)], new TensorArgument(new(0)), new DimListArgument([-1, S]));

        Assert.Equal([4, S], types[0].Shape);
        Assert.Equal(
            ["aten::view: the size -1 could be any number when the other sizes have the product 0: expected s70 >= 1, given s70"],
            requirements.Select(requirement => requirement.Describe()));
    }

    [Fact]
    public void Explicit_sizes_keep_the_number_of_elements()
    {
        Assert.Equal([B, S, 64], View.Fake(Of(B * S, 64), [B, S, 64]).Shape);
        Assert.Equal([4 * B, S, 16], View.Fake(Of(B, 4, S, 16), [4 * B, S, 16]).Shape);
        Assert.Equal("the number of elements changes: expected 6, given 8", Given.Refused(() => View.Fake(Of(2, 3), [8])));
        Assert.Equal(
            "the elements do not divide into the given sizes: expected 4, given 6",
            Given.Refused(() => View.Fake(Of(2, 3), [4, -1])));
        Assert.Equal("only one size can be -1: given [-1, -1]", Given.Refused(() => View.Fake(Of(2, 3), [-1, -1])));
        Assert.Equal("sizes are at least 0, or -1 once: given [-2, 3]", Given.Refused(() => View.Fake(Of(2, 3), [-2, 3])));
    }

    [Fact]
    public void A_kernel_infers_the_same_size_at_zero()
    {
        Assert.Equal([1, 0, 4, 16], View.Real(Tensor.Zeros(DType.Float32, 1, 0, 64), [1, 0, -1, 16]).Sizes.ToArray());
        Assert.Equal([0, 4], View.Real(Tensor.Zeros(DType.Float32, 0), [-1, 4]).Sizes.ToArray());
        Assert.Equal([3, 2], View.Real(Given.Range(6), [3, -1]).Sizes.ToArray());
    }

    [Fact]
    public void Expand_repeats_the_constant_1_only()
    {
        Assert.Equal([B, 2, 2, S, 16], Expand.Fake(Of(B, 2, 1, S, 16), [B, 2, 2, S, 16], false).Shape);
        Assert.Equal([1, 1, S, S], Expand.Fake(Of(1, 1, S, S), [1, -1, S, S], false).Shape);
        Assert.Equal([B, 64, 64], Expand.Fake(Of(64, 64), [B, 64, 64], false).Shape);
        Assert.Equal(
            "size 0 cannot be expanded: only an axis of size 1 can: expected 2, given 3",
            Given.Refused(() => Expand.Fake(Of(2), [3], false)));
        Assert.Equal("too few sizes: expected at least 2, given 1", Given.Refused(() => Expand.Fake(Of(2, 2), [2], false)));
        var (_, requirements) = Infer(Expand.Definition, [Of(S)], new TensorArgument(new(0)), new DimListArgument([7]), new BoolArgument(false));
        Assert.Equal("s70", Assert.Single(requirements).Condition.Right.ToString());
    }

    [Fact]
    public void Cat_adds_up()
    {
        Assert.Equal([1, S + 1], Cat.Fake([Of(1, 1), Of(1, S)], -1).Shape);
        Assert.Equal([B, S], Cat.Fake([Of(0), Of(B, S)], 1).Shape);
        Assert.Equal(
            "sizes along dimension 1 differ: expected 3, given 4",
            Given.Refused(() => Cat.Fake([Of(1, 3), Of(1, 4)], 0)));
        Assert.Equal("the ranks differ: expected 2, given 1", Given.Refused(() => Cat.Fake([Of(1, 3), Of(4)], 0)));
        Assert.Equal("expected at least one tensor, given none", Given.Refused(() => Cat.Fake([], 0)));
    }

    [Fact]
    public void Parts_of_a_symbolic_size_are_as_many_as_it_is_a_multiple()
    {
        Assert.Equal([[P, 3], [P, 3]], SplitTensor.Fake(Of(2 * P, 3), P, 0).Select(type => type.Shape));
        Assert.Equal([[S, 3], [S, 3]], SplitTensor.Fake(Of(S, 6), 3, 1).Select(type => type.Shape));
        Assert.Equal([[S, 4], [S, 2]], SplitTensor.Fake(Of(S, 6), 4, 1).Select(type => type.Shape));
        Assert.Equal([[S, 3], [S, 3]], Chunk.Fake(Of(2 * S, 3), 2, 0).Select(type => type.Shape));
        Assert.StartsWith(
            "the number of parts depends on a symbolic size: expected a constant, given ", Given.Refused(() => SplitTensor.Fake(Of(S), 4, 0)));
        Assert.Equal(
            "the parts are not the whole axis: expected 6, given 5",
            Given.Refused(() => SplitWithSizes.Fake(Of(6), [2, 3], 0)));
        Assert.Equal(
            "the number of results is the size along dimension 0: expected a constant, given s70",
            Given.Refused(() => UnbindInt.Fake(Of(S), 0)));
        Assert.Equal("too many parts: expected at most 65536, given 1000000", Given.Refused(() => SplitTensor.Fake(Of(1_000_000), 1, 0)));
        Assert.Equal("too many results: expected at most 65536, given 1000000", Given.Refused(() => UnbindInt.Fake(Of(1_000_000), 0)));
        Assert.Equal("a wrong number of chunks: expected 1 to 65536, given 100000", Given.Refused(() => Chunk.Fake(Of(0), 100_000, 0)));
    }

    [Fact]
    public void Squeeze_takes_no_symbolic_size_for_1()
    {
        Assert.Equal([P + 1, 3], Squeeze.Fake(Of(1, P + 1, 1, 3)).Shape);
        Assert.Equal([S, 3], SqueezeDim.Fake(Of(S, 1, 3), 1).Shape);
        Assert.Equal([1, S], SqueezeDims.Fake(Of(1, 1, S), [1]).Shape);
        var (types, requirements) = Infer(Squeeze.Definition, [Of(S, 1)], new TensorArgument(new(0)));
        Assert.Equal([S], types[0].Shape);
        Assert.Equal("s70 != 1", Assert.Single(requirements).Condition.ToString());
    }

    [Fact]
    public void A_diff_with_a_column_before_keeps_the_size()
    {
        Assert.Equal([1, S], Diff.Fake(new(DType.Int64, [1, S]), 1, -1, new(DType.Int64, [1, 1]), null).Shape);
        Assert.Equal([P - 1], Diff.Fake(Of(P), 1, -1, null, null).Shape);
        Assert.Equal([0], Diff.Fake(Of(2), 3, 0, null, null).Shape);
    }

    private static TensorType Of(params Dim[] sizes) => new(DType.Float32, Shape.Create(sizes));

    private static (TensorType[] Types, IReadOnlyList<Requirement> Requirements) Infer(
        OperatorDefinition definition, TensorType[] types, params Argument[] arguments)
    {
        var context = new FakeContext();
        return (context.Run(definition, new FakeArguments(arguments, types), NodeSource.None), context.Requirements);
    }
}
