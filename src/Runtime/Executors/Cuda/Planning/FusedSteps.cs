using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A graph as steps, before memory is planned for them. Of the device nothing is asked but how ranks communicate.</summary>
/// <param name="Lowered">The graph's values.</param>
/// <param name="Outputs">What is in memory for each output of the graph.</param>
/// <param name="Steps">The steps in order.</param>
internal sealed record FusedSteps(LoweredGraph Lowered, LoweredValue[] Outputs, IReadOnlyList<Step> Steps)
{
    /// <summary>Lowers a graph that verifies, and fuses what is computed element by element and row by row.</summary>
    public static FusedSteps Of(TensorGraph graph, Dispatcher dispatcher, DeviceFacts device)
    {
        LoweredGraph lowered;
        using (Telemetry.Phase("evergraph.cuda.lower"))
            lowered = GraphLowering.Lower(graph, dispatcher, device);
        using var phase = Telemetry.Phase("evergraph.cuda.fuse");
        var outputs = GraphLowering.StoreOutputs(lowered);
        return new(lowered, outputs, FusionPlanner.Plan(lowered));
    }
}
