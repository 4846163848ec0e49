using Evergraph.Graph;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes;

/// <summary>
/// Splits the linear layers of a whole model over ranks, and what lies between a column-split layer and the row-split one
/// after it: attention heads, activations. One graph results for all ranks; weights carry how they are cut.
/// </summary>
/// <remarks>
/// <para>With W cut by output features, <c>linear(x, W)ᵣ = linear(x, Wᵣ)</c>: a rank has some features. Cut by input
/// features, <c>linear(x, W) = Σᵣ linear(xᵣ, Wᵣ)</c>: an all-reduce. Between the two, an operator runs on the parts where its
/// axis rule says that parts of its inputs give parts of its output.</para>
/// <para>Where no rule says so, the parts are gathered and the operator runs whole on every rank: slower, never wrong.</para>
/// </remarks>
/// <param name="ranks">How many ranks there are.</param>
/// <param name="plan">Which layers are split.</param>
public sealed class ShardTensorParallel(int ranks, TensorParallelPlan plan) : IPass
{
    /// <inheritdoc/>
    public string Name => "shard-tensor-parallel";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        if (ranks == 1 || graph.Nodes.Any(node => node.Operator.Has(OperatorTraits.Collective)))
            return PassResult.Unchanged(graph);
        var values = new ShardedValues(graph, ranks, context.Registry);
        var rewrites = new List<Rewrite>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            values.Source = graph.Nodes[i].Source;
            string? algebra = SplitLinear(values, i) ?? SplitAlong(values, i);
            if (algebra is not null)
                rewrites.Add(new(algebra, graph.Nodes[i].ToString()));
            else if (values.CopyWhole(i))
                context.Logger.LogInformation("{Pass}: {Node} runs whole on every rank: no axis rule carries its operands' parts", Name, graph.Nodes[i]);
        }

        return rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(values.Finish(), rewrites);
    }

    private string? SplitLinear(ShardedValues values, int index)
    {
        var graph = values.Graph;
        var node = graph.Nodes[index];
        if (node.Operator.Name != "aten::linear" || node.Tensor("weight") is not { } weight || graph.ParameterOf(weight) is not { } parameter)
            return null;
        string module = parameter.Name.EndsWith(".weight", StringComparison.Ordinal) ? parameter.Name[..^".weight".Length] : node.Source.Module;
        if (plan.Find(module) is not { } split || parameter.Type.Rank != 2)
            return null;

        var input = node.Tensor("input")!.Value;
        var bias = node.Tensor("bias");
        if (split == LinearSplit.Column)
        {
            if (values.Part(weight, 0) is not { } columns || (bias is { } whole && values.Part(whole, 0) is null))
                return null;
            var result = values.Add(
                "aten::linear",
                ("input", new TensorArgument(values.Whole(input))),
                ("weight", new TensorArgument(columns)),
                ("bias", bias is { } cut ? new TensorArgument(values.Part(cut, 0)!.Value) : Argument.None));
            values.BindPart(graph.ResultOf(index), result, graph.TypeOf(graph.ResultOf(index)).Rank - 1);
            return "linear(x, W)ᵣ = linear(x, Wᵣ), W cut by output features";
        }

        int last = graph.TypeOf(input).Rank - 1;
        if (!values.HasPart(input, last) || values.Part(input, last) is not { } features || values.Part(weight, 1) is not { } rows)
            return null;
        var partial = values.Add("aten::linear", ("input", new TensorArgument(features)), ("weight", new TensorArgument(rows)));
        var sum = values.Add(CollectiveNames.AllReduce, ("x", new TensorArgument(partial)), ("tp_size", new DimArgument(ranks)));
        if (bias is { } addend)
            sum = values.Add("aten::add.Tensor", ("self", new TensorArgument(sum)), ("other", new TensorArgument(values.Whole(addend))));
        values.BindWhole(graph.ResultOf(index), sum);
        return "linear(x, W) = all_reduce(linear(xᵣ, Wᵣ)), W cut by input features";
    }

    private static string? SplitAlong(ShardedValues values, int index)
    {
        var graph = values.Graph;
        var node = graph.Nodes[index];
        if (node.Operator.AxisRule is not { } rule)
            return null;
        var operands = node.Operands.ToArray();
        int cut = Array.FindIndex(operands, values.HasPart);
        if (cut < 0)
            return null;
        int axis = values.AxisOf(operands[cut]);
        var split = rule(new(
            node.Arguments,
            operands.Select(graph.TypeOf).ToEquatableArray(),
            node.OutputTypes,
            cut,
            axis,
            graph.TypeOf(operands[cut]).Shape[axis] / values.Ranks));
        if (split is null)
            return null;

        var parts = new Value[operands.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            int operandAxis = split.OperandAxes[i];
            if (operandAxis == AxisSplit.Whole)
                parts[i] = values.Whole(operands[i]);
            else if (values.Part(operands[i], operandAxis) is { } part)
                parts[i] = part;
            else
                return null;
        }

        var results = values.Add(node.Operator, NodeArguments.WithOperands(split.Arguments, parts));
        for (int i = 0; i < results.Length; i++)
            values.BindPart(graph.ResultOf(index, i), results[i], split.OutputAxis);
        return "f(x)ᵣ = f(xᵣ) along an axis that f carries through";
    }
}
