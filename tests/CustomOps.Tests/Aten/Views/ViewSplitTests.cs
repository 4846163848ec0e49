using Evergraph.CustomOps.Aten;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Aten.Views;

/// <summary>
/// Where the cut of an axis goes through the reshapes of attention: heads cut into tp parts, tokens into parts of ⌈s/tp⌉.
/// </summary>
public class ViewSplitTests
{
    private static readonly Dim S = new Symbol("s", 0, 4096);
    private static readonly Dim B = new Symbol("b", 1, 64);
    private static readonly Dim Part = Dim.CeilDiv(S, 4);

    [Fact]
    public void Heads_split_from_the_features() =>
        AssertSplit(View.Definition, [1, S, 64], [1, S, -1, 16], axis: 2, part: 32, toAxis: 2, newSizes: [1, S, -1, 16]);

    [Fact]
    public void Explicit_heads_are_replaced_by_those_of_the_part() =>
        AssertSplit(Reshape.Definition, [1, S, 64], [1, S, 4, 16], axis: 2, part: 32, toAxis: 2, newSizes: [1, S, 2, 16]);

    [Fact]
    public void Heads_merge_into_the_features()
    {
        AssertSplit(Reshape.Definition, [1, S, 4, 16], [1, S, -1], axis: 2, part: 2, toAxis: 2, newSizes: [1, S, -1]);
        AssertSplit(Reshape.Definition, [1, S, 4, 16], [1, S, 64], axis: 2, part: 2, toAxis: 2, newSizes: [1, S, 32]);
    }

    [Fact]
    public void Repeated_key_value_heads_merge() =>
        AssertSplit(View.Definition, [B, 2, 2, S, 16], [B, 4, S, 16], axis: 1, part: 1, toAxis: 1, newSizes: [B, 2, S, 16]);

    [Fact]
    public void Heads_merge_with_a_batch_of_1_only()
    {
        AssertSplit(View.Definition, [1, 4, S, 16], [4, S, 16], axis: 1, part: 2, toAxis: 0, newSizes: [2, S, 16]);
        AssertSplit(View.Definition, [4, S, 16], [1, 4, S, 16], axis: 0, part: 2, toAxis: 1, newSizes: [1, 2, S, 16]);
        AssertSplit(View.Definition, [B, 4, S, 16], [4 * B, S, 16], axis: 1, part: 2, toAxis: -1, newSizes: []);
    }

    [Fact]
    public void Tokens_stay_tokens()
    {
        AssertSplit(View.Definition, [1, S, 64], [1, S, 4, 16], axis: 1, part: Part, toAxis: 1, newSizes: [1, Part, 4, 16]);
        AssertSplit(View.Definition, [1, S, 64], [S, 64], axis: 1, part: Part, toAxis: 0, newSizes: [Part, 64]);
        AssertSplit(View.Definition, [S, 64], [1, S, 64], axis: 0, part: Part, toAxis: 1, newSizes: [1, Part, 64]);
        AssertSplit(View.Definition, [S, 4, 16], [4 * S, 16], axis: 0, part: Part, toAxis: 0, newSizes: [4 * Part, 16]);
        AssertSplit(View.Definition, [4 * S, 16], [S, 4, 16], axis: 0, part: 4 * Part, toAxis: 0, newSizes: [Part, 4, 16]);
        AssertSplit(View.Definition, [B, S, 64], [B * S, 64], axis: 1, part: Part, toAxis: -1, newSizes: []);
    }

    [Fact]
    public void A_part_that_is_no_multiple_of_what_lies_behind_cannot_be_followed()
    {
        AssertSplit(View.Definition, [1, S, 48], [1, S, 3, 16], axis: 2, part: 24, toAxis: -1, newSizes: []);
        AssertSplit(View.Definition, [6, 4], [4, 6], axis: 0, part: 1, toAxis: -1, newSizes: []);
        AssertSplit(View.Definition, [6, 4], [3, 8], axis: 1, part: 2, toAxis: -1, newSizes: []);
    }

    [Fact]
    public void A_slice_of_everything_is_one_of_each_part()
    {
        var definition = SliceTensor.Definition;
        var query = Query(definition, [B, S, 64], new DimArgument(1), new DimArgument(0), new DimArgument(S), new DimArgument(1));

        var split = definition.AxisRule!(query with { Axis = 1, Part = Part })!;

        Assert.Equal(1, split.OutputAxis);
        Assert.Equal(new DimArgument(long.MaxValue), split.Arguments[3]);
        var shorter = Query(definition, [B, S, 64], new DimArgument(1), new DimArgument(0), new DimArgument(3), new DimArgument(1));
        Assert.Null(definition.AxisRule!(shorter with { Axis = 1, Part = Part }));
    }

    [Fact]
    public void A_part_of_one_is_not_squeezed_away()
    {
        var query = Query(Squeeze.Definition, [2, 1, 3]);

        Assert.Null(Squeeze.Definition.AxisRule!(query with { Axis = 0, Part = 1 }));
        Assert.Equal(1, Squeeze.Definition.AxisRule!(Query(Squeeze.Definition, [2, 1, 4]) with { Axis = 2, Part = 2 })!.OutputAxis);
    }

    private static void AssertSplit(OperatorDefinition definition, Dim[] from, Dim[] sizes, int axis, Dim part, int toAxis, Dim[] newSizes)
    {
        var query = Query(definition, from, new DimListArgument(EquatableArray.Create<Dim>(sizes)));
        var split = definition.AxisRule!(query with { Axis = axis, Part = part });
        if (toAxis < 0)
        {
            Assert.Null(split);
            return;
        }

        Assert.NotNull(split);
        Assert.Equal(toAxis, split.OutputAxis);
        Assert.Equal([axis], split.OperandAxes);
        Assert.Equal(new DimListArgument(EquatableArray.Create<Dim>(newSizes)), split.Arguments[1]);
    }

    private static AxisQuery Query(OperatorDefinition definition, Dim[] from, params Argument[] rest)
    {
        EquatableArray<TensorType> types = [new(DType.Float32, Shape.Create(from))];
        EquatableArray<Argument> arguments = [new TensorArgument(new(0)), .. rest];
        var outputs = new FakeContext().Run(definition, new FakeArguments(arguments.AsSpan(), types.AsSpan()), NodeSource.None);
        return new(arguments, types, EquatableArray<TensorType>.Own(outputs), 0, 0, 1);
    }
}
