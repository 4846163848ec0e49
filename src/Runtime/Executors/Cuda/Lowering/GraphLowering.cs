using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Lowers graphs for a device.</summary>
internal static class GraphLowering
{
    /// <summary>Lowers a graph that verifies.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="dispatcher">Whose policy may forbid the device's own code for an operator.</param>
    /// <param name="device">What it will run on.</param>
    public static LoweredGraph Lower(TensorGraph graph, Dispatcher dispatcher, DeviceFacts device)
    {
        var lowered = new LoweredGraph(graph, device);
        for (int i = 0; i < graph.Nodes.Length; i++)
            Lower(lowered, i, dispatcher);
        return lowered;
    }

    /// <summary>Gives each output of the graph a value in memory that nothing else is returned from or written to.</summary>
    public static LoweredValue[] StoreOutputs(LoweredGraph lowered)
    {
        var taken = new HashSet<LoweredValue>();
        return [.. lowered.Graph.Outputs.Select(output =>
        {
            var value = lowered.ValueOf(output.Value);
            bool isOwn = value.Node >= 0 && value.Base.Node >= 0 && taken.Add(value);
            if (!isOwn)
                taken.Add(value = lowered.Add(value.Type, value.Node, "copy", (scope, index) => scope.At(lowered.ValueOf(output.Value), index)));
            value.IsStored = true;
            return value;
        })];
    }

    private static void Lower(LoweredGraph lowered, int index, Dispatcher dispatcher)
    {
        var node = lowered.Graph.Nodes[index];
        var lowering = new NodeLowering(lowered, index);
        string? overruled = NativePolicy.WhyOverruled(dispatcher.Resolve(node.Operator, lowered.Graph.DTypesOf(node)));
        bool isDone = overruled is null && LoweringTable.Default.Find(node.Operator) is { } function && function(lowering);
        if (!isDone)
            RunOnHost(lowered, lowering, overruled ?? lowering.Reason ?? "the device has no code for it");
        for (int i = 0; i < lowering.Results.Length; i++)
            lowered.Bind(lowered.Graph.ResultOf(index, i), lowering.Results[i] ?? throw new InvalidOperationException($"{node}: result {i} is not lowered"));
    }

    private static void RunOnHost(LoweredGraph lowered, NodeLowering lowering, string reason)
    {
        var node = lowering.Node;
        var results = node.OutputTypes.Select(type => lowering.Filled(node.Operator.Schema.Name, type)).ToArray();
        lowered.Add(new HostStep(lowering.Index, node, [.. node.Operands.Select(lowered.ValueOf)], results, reason));
        results.CopyTo(lowering.Results, 0);
    }
}
