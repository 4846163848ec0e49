using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>The errors of a node that runs, with its place and what it was given.</summary>
internal static class KernelFault
{
    public static KernelException Threw(NodePlan node, ReadOnlySpan<KernelArgument> arguments, Exception cause) => new(
        node.Node, $"its kernel failed on ({DescribeOperands(node, arguments)}): {ImplementationFailure.Describe(cause)}", cause);

    public static KernelException Disagrees(NodePlan node, int result, Tensor? given, long[] dims)
    {
        var plan = node.Results[result];
        var sizes = Array.ConvertAll(plan.Sizes, place => dims[place]);
        var expected = new TensorType(plan.DType, Shape.FromSizes(sizes));
        var type = node.Node.OutputTypes[result];
        string symbolic = type == expected ? "" : $" ({type})";
        return new(node.Node, $"its fake and its real disagree: result {result}: expected {expected}{symbolic}, given {given?.ToString() ?? "nothing"}");
    }

    public static KernelException OutOfBounds(NodePlan node, int result, int axis, Symbol symbol, Tensor? given) => new(
        node.Node,
        $"its fake and its real disagree: result {result}: expected {node.Node.OutputTypes[result]} with {symbol.Describe()} at axis {axis}, given {given?.ToString() ?? "nothing"}");

    public static KernelException Aliases(NodePlan node, int result, int operand) => new(
        node.Node,
        $"its kernel returned memory of an operand as result {result}: expected memory of its own, given that of {new Value(operand)}; "
        + "return a tensor of Tensor.Empty, or a Clone of the operand");

    public static KernelException Overlaps(NodePlan node, int first, int second) => new(
        node.Node,
        $"its kernel returned results {first} and {second} in the same memory: expected memory of its own for each; return a tensor of Tensor.Empty for each");

    private static string DescribeOperands(NodePlan node, ReadOnlySpan<KernelArgument> arguments)
    {
        var operands = new List<string>();
        foreach (var (argument, _) in node.Arguments.Tensors)
            operands.Add(arguments[argument].Tensor.ToString());
        foreach (var (argument, _) in node.Arguments.TensorLists)
            operands.Add($"[{string.Join(", ", arguments[argument].OptionalTensors.Select(tensor => tensor?.ToString() ?? "none"))}]");
        return string.Join(", ", operands);
    }
}
