using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The ways in which models write a conversion to another element type.</summary>
internal static class CastNames
{
    /// <summary>Operators that convert their first argument where the result's element type differs, and keep its shape.</summary>
    public static IReadOnlyList<string> All { get; } = ["aten::to.dtype", "aten::_to_copy", "aten::to.dtype_layout", "aten::to.device", "aten::to.other", "aten::type_as"];

    /// <summary>Whether a node does nothing but convert elements, from one type to another.</summary>
    public static bool IsCast(Node node, GraphBuilder graph, DType from, DType to) =>
        All.Contains(node.Operator.Name)
        && node.Arguments[0] is TensorArgument operand && graph.TypeOf(operand.Value).DType == from
        && node.OutputTypes[0] == new TensorType(to, graph.TypeOf(operand.Value).Shape);
}
