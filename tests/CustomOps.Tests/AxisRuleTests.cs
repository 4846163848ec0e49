using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>
/// What an axis rule promises, with numbers: the operands are cut, the operator runs on each part with the arguments that
/// the rule gives, and the parts of the results, put together, are the results of the whole. Where the parts do not divide
/// the axis, the last one is filled up, and what that adds to the results is cut off.
/// </summary>
public class AxisRuleTests
{
    private const int Samples = 60;

    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(Axes).Assembly);

    // An operator that communicates has samples on several ranks; its own tests cut it.
    public static TheoryData<string> Names =>
        [.. Registry.Operators.Where(definition => definition.AxisRule is not null && Draw(definition, 1).Ranks == 1).Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_of_the_operands_give_parts_of_the_results(string name)
    {
        var definition = Registry.Find(name);
        int cuts = 0;
        for (int seed = 1; seed <= Samples; seed++)
        {
            var sample = Draw(definition, seed);
            if (sample.Ranks > 1)
                continue;
            var whole = new ConcreteCall(definition, sample);
            for (int operand = 0; operand < whole.Tensors.Length; operand++)
            {
                for (int axis = 0; axis < whole.Tensors[operand].Rank; axis++)
                    cuts += Cut(whole, operand, axis, parts: 2, seed) + Cut(whole, operand, axis, parts: 3, seed);
            }
        }

        Assert.True(cuts > 0, $"the rule of {name} answers null to every cut of {Samples} samples");
    }

    private static OperatorSample Draw(OperatorDefinition definition, int seed) =>
        definition.Sample is { } sample ? sample(new SampleBuilder(new Random(seed))) : throw new InvalidOperationException($"{definition.Name} has no samples");

    private static int Cut(ConcreteCall whole, int operand, int axis, int parts, int seed)
    {
        long size = whole.Tensors[operand].Sizes[axis];
        long part = (size + parts - 1) / parts;
        var query = new AxisQuery(whole.Arguments, whole.Types, whole.OutputTypes, operand, axis, part);
        if (whole.Definition.AxisRule!(query) is not { } split)
            return 0;
        string place = $"{whole} with operand {operand} cut along axis {axis} into {parts} parts of {part} (seed {seed})";
        Assert.True(split.OperandAxes[operand] == axis, $"{place}: the rule cuts the operand along {split.OperandAxes[operand]}");
        var results = new Tensor[parts][];
        for (int rank = 0; rank < parts; rank++)
        {
            var tensors = new Tensor[whole.Tensors.Length];
            for (int i = 0; i < tensors.Length; i++)
            {
                int cut = split.OperandAxes[i];
                tensors[i] = cut == AxisSplit.Whole
                    ? whole.Tensors[i]
                    : TensorParts.Take(whole.Tensors[i], cut, PartOf(whole.Tensors[i].Sizes[cut], size, part, place), rank);
            }

            results[rank] = new ConcreteCall(whole.Definition, split.Arguments, tensors, place).Results;
        }

        for (int i = 0; i < whole.Results.Length; i++)
        {
            var joined = TensorParts.Join([.. results.Select(result => result[i])], split.OutputAxis, whole.Results[i].Sizes[split.OutputAxis]);
            TensorParts.AssertClose(whole.Results[i], joined, $"{place}: result {i}");
        }

        return 1;
    }

    // Another operand is cut in the same proportion; where its axis has another size, that must come out whole.
    private static long PartOf(long own, long size, long part, string place)
    {
        if (own == size)
            return part;
        Assert.True(size > 0 && own * part % size == 0, $"{place}: an operand of size {own} cannot be cut in the proportion {part} to {size}");
        return own * part / size;
    }
}
