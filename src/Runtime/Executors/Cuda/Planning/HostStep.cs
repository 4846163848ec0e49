using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A node that runs as C# code on the host: its operands are copied there, and its results back.</summary>
/// <param name="index">The node's number.</param>
/// <param name="node">The node.</param>
/// <param name="operands">What stands for the node's operands, in their order.</param>
/// <param name="results">Its results.</param>
/// <param name="reason">Why it does not run on the device.</param>
internal sealed class HostStep(int index, Node node, IReadOnlyList<LoweredValue> operands, IReadOnlyList<LoweredValue> results, string reason)
    : Step(index, node.Operator.Schema.Name)
{
    public Node GraphNode { get; } = node;

    public string Reason { get; } = reason;

    public override IReadOnlyList<StepOperand> Operands { get; } = [.. operands.Select(operand => new StepOperand(operand))];

    public override IReadOnlyList<LoweredValue> Results { get; } = results;
}
