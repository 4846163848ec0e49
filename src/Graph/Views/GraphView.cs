namespace Evergraph.Graph.Views;

/// <summary>What a picture of a graph shows, apart from how it is drawn: nodes in nested modules, and edges with types.</summary>
/// <param name="Root">The outermost module; its path is empty.</param>
/// <param name="Edges">The edges, in the order of the nodes that read.</param>
public sealed record GraphView(ViewModule Root, IReadOnlyList<ViewEdge> Edges)
{
    /// <summary>The view of a graph.</summary>
    public static GraphView Of(TensorGraph graph)
    {
        var root = new ViewModule("", "");
        var edges = new List<ViewEdge>();
        for (int i = 0; i < graph.Inputs.Length; i++)
            root.Add(new($"in{i}", ViewNodeKind.Input, graph.Inputs[i].Name, graph.Inputs[i].Type.ToString()));

        var read = new bool[graph.ValueCount];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            root.Descend(node.Source.Module).Add(new($"n{i}", KindOf(node), node.Operator.Name, Detail(node)));
            foreach (var operand in node.Operands)
            {
                edges.Add(new(Name(graph, operand), $"n{i}", Label(graph, operand)));
                read[operand.Id] = true;
            }
        }

        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            if (read[graph.ParameterValue(i).Id])
                root.Descend(ModuleOf(graph.Parameters[i].Name)).Add(new($"p{i}", ViewNodeKind.Parameter, graph.Parameters[i].Name, Detail(graph.Parameters[i])));
        }

        for (int i = 0; i < graph.Outputs.Length; i++)
        {
            root.Add(new($"out{i}", ViewNodeKind.Output, graph.Outputs[i].Name, graph.Outputs[i].Target));
            edges.Add(new(Name(graph, graph.Outputs[i].Value), $"out{i}", Label(graph, graph.Outputs[i].Value)));
        }

        return new(root, edges);
    }

    private static ViewNodeKind KindOf(Node node) =>
        node.Operator.Has(OperatorTraits.MaybeOverlap) ? ViewNodeKind.Maybe
        : node.Operator.Has(OperatorTraits.Collective) ? ViewNodeKind.Collective
        : ViewNodeKind.Operator;

    // The arguments that are no tensors and not defaults: sizes, axes, thresholds.
    private static string Detail(Node node)
    {
        var shown = new List<string>();
        for (int i = 0; i < node.Arguments.Length; i++)
        {
            var parameter = node.Operator.Schema.Arguments[i];
            if (parameter.Type.Kind != SchemaKind.Tensor && !ArgumentDefaults.IsDefault(parameter, node.Arguments[i]))
                shown.Add($"{parameter.Name}={Text.GraphPrinter.PrintArgument(node.Arguments[i])}");
        }

        return string.Join(", ", shown);
    }

    private static string Detail(GraphParameter parameter) =>
        parameter.Sharding is { } sharding ? $"{parameter.Type}, 1 of {sharding.Parts} along axis {sharding.Axis}" : parameter.Type.ToString();

    private static string ModuleOf(string parameter) => parameter.LastIndexOf('.') is var dot and > 0 ? parameter[..dot] : "";

    private static string Name(TensorGraph graph, Value value) =>
        graph.ProducerOf(value) is var node and >= 0 ? $"n{node}"
        : value.Id < graph.Inputs.Length ? $"in{value.Id}"
        : $"p{value.Id - graph.Inputs.Length}";

    private static string Label(TensorGraph graph, Value value) => graph.TypeOf(value).ToString();
}

/// <summary>What a node of a picture stands for.</summary>
public enum ViewNodeKind
{
    /// <summary>An input of the graph.</summary>
    Input,

    /// <summary>A weight, buffer or constant.</summary>
    Parameter,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>An operator that communicates.</summary>
    Collective,

    /// <summary>An operator that decides at run time whether to overlap communication with its product.</summary>
    Maybe,

    /// <summary>An output of the graph.</summary>
    Output,
}

/// <summary>A node of a picture.</summary>
/// <param name="Id">Letters and digits, unique in the picture.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Title">The operator's or the tensor's name.</param>
/// <param name="Detail">What else is worth showing; may be empty.</param>
public sealed record ViewNode(string Id, ViewNodeKind Kind, string Title, string Detail);

/// <summary>An edge of a picture.</summary>
/// <param name="From">The node that gives.</param>
/// <param name="To">The node that reads.</param>
/// <param name="Label">Element type and symbolic sizes.</param>
public sealed record ViewEdge(string From, string To, string Label);
