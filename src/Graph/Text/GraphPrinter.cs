using System.Globalization;
using System.Text;

namespace Evergraph.Graph.Text;

/// <summary>Writes a graph as text, one line a value. <c>GraphParser</c> reads it back.</summary>
/// <remarks>Arguments that equal their schema's default are left out; the numbers of parameters are not written.</remarks>
public static class GraphPrinter
{
    /// <summary>The graph's text.</summary>
    public static string Print(TensorGraph graph)
    {
        var text = new StringBuilder();
        foreach (var symbol in graph.Symbols())
            text.Append("symbol ").Append(symbol.Name).Append(" = ").Append(Range(symbol)).AppendLine(symbol.Kind == SymbolKind.Data ? " data" : "");
        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            var input = graph.Inputs[i];
            text.Append(CultureInfo.InvariantCulture, $"input {graph.InputValue(i)} {Quote(input.Name)}: {input.Type}");
            text.AppendLine(input.Number is { } number ? $" = {number}" : "");
        }

        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            var parameter = graph.Parameters[i];
            text.Append(CultureInfo.InvariantCulture, $"parameter {graph.ParameterValue(i)} {Quote(parameter.Name)}: {parameter.Type}");
            text.AppendLine(parameter.Sharding is { } sharding ? $" shard({sharding.Axis}, {sharding.Parts})" : "");
        }

        for (int i = 0; i < graph.Nodes.Length; i++)
            text.AppendLine(PrintNode(graph, i));
        foreach (var requirement in graph.Requirements)
            text.AppendLine($"require {requirement.Condition} {Quote(requirement.Message)} {Quote(requirement.Operator)}{PrintSource(requirement.Source)}");
        foreach (var output in graph.Outputs)
            text.AppendLine($"output {output.Value} {Quote(output.Name)}{PrintKind(output)}");
        return text.ToString();
    }

    /// <summary>One node's line.</summary>
    public static string PrintNode(TensorGraph graph, int index)
    {
        var node = graph.Nodes[index];
        var text = new StringBuilder();
        for (int i = 0; i < node.OutputTypes.Length; i++)
            text.Append(i == 0 ? "" : ", ").Append(graph.ResultOf(index, i));
        text.Append(node.OutputTypes.Length == 0 ? "" : " = ").Append(node.Operator.Name).Append('(');
        bool first = true;
        for (int i = 0; i < node.Arguments.Length; i++)
        {
            var parameter = node.Operator.Schema.Arguments[i];
            if (ArgumentDefaults.IsDefault(parameter, node.Arguments[i]))
                continue;
            text.Append(first ? "" : ", ").Append(parameter.Name).Append('=').Append(PrintArgument(node.Arguments[i]));
            first = false;
        }

        text.Append(')');
        for (int i = 0; i < node.OutputTypes.Length; i++)
            text.Append(i == 0 ? " : " : ", ").Append(node.OutputTypes[i]);
        return text.Append(PrintSource(node.Source)).ToString();
    }

    /// <summary>An argument as a node's line shows it.</summary>
    public static string PrintArgument(Argument argument) => argument switch
    {
        NoneArgument => "none",
        TensorArgument tensor => tensor.Value.ToString(),
        TensorListArgument list => $"[{string.Join(", ", list.Items.Select(item => item?.ToString() ?? "none"))}]",
        DimArgument dim => dim.Dim.ToString(),
        DimListArgument list => $"[{string.Join(", ", list.Items)}]",
        FloatArgument number => FloatText.Format(number.Number),
        FloatListArgument list => $"[{string.Join(", ", list.Items.Select(FloatText.Format))}]",
        BoolArgument truth => truth.Truth ? "true" : "false",
        BoolListArgument list => $"[{string.Join(", ", list.Items.Select(item => item ? "true" : "false"))}]",
        StringArgument text => Quote(text.Text),
        ScalarArgument scalar => scalar.Scalar.ToString(),
        DTypeArgument dtype => dtype.DType.Name(),
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, "not a kind of argument"),
    };

    internal static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}\"";

    private static string Range(Symbol symbol) => symbol.Max == Symbol.Unbounded ? $"{symbol.Min}.." : $"{symbol.Min}..{symbol.Max}";

    private static string PrintSource(NodeSource source) =>
        source == NodeSource.None ? "" : $" @ {Quote(source.Module)} {Quote(source.File)}:{source.Line}";

    private static string PrintKind(GraphOutput output) => output.Kind switch
    {
        GraphOutputKind.BufferMutation => $" buffer {Quote(output.Target)}",
        GraphOutputKind.InputMutation => $" input {Quote(output.Target)}",
        _ => "",
    };
}
