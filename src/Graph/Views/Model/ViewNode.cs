namespace Evergraph.Graph.Views;

/// <summary>A node of a picture: an operator, or where values come in and go out.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Title">The operator's, input's, parameter's or output's name.</param>
/// <param name="Module">
/// The index of the module that it is drawn in: the one that computes it, but for nodes that lie in one of several layers by accident.
/// </param>
public sealed record ViewNode(ViewNodeKind Kind, string Title, int Module)
{
    /// <summary>The same node has the same key in every stage; unique in a stage.</summary>
    public string Key { get; internal set; } = "";

    /// <summary>The index of the operator among the view's, or −1.</summary>
    public int Operator { get; init; } = -1;

    /// <summary>The arguments that are no tensors and not defaults.</summary>
    public IReadOnlyList<(string Name, string Text)> Arguments { get; init; } = [];

    /// <summary>Where each operand comes from. Where the graph has a fault it may come from a later node.</summary>
    public IReadOnlyList<ViewOperand> Operands { get; init; } = [];

    /// <summary>The types of the results; an output has none.</summary>
    public IReadOnlyList<TensorType> Results { get; init; } = [];

    /// <summary>Where in the model's code, such as <c>modeling.py:31</c>; may be empty.</summary>
    public string Source { get; init; } = "";

    /// <summary>How ranks share a parameter, such as <c>1 of 2 along axis 0</c>.</summary>
    public string? Sharding { get; init; }

    /// <summary>The multiplications and additions of one run, or null where nobody knows.</summary>
    public Dim? Operations { get; init; }

    /// <summary>The bytes of a parameter's data, all ranks together.</summary>
    public long? Stored { get; init; }

    /// <summary>What runs it.</summary>
    public string? Placed { get; init; }

    /// <summary>Both branches of an operator that decides at run time.</summary>
    public MaybeBranches? Branches { get; init; }

    /// <summary>What it is in modules that repeat its own but for this node, line by line: <c>in 1–27: evergraph::rms_norm.residual</c>.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>The arguments as one text, <c>dim=1, keepdim=true</c>.</summary>
    public string ArgumentText => string.Join(", ", Arguments.Select(argument => $"{argument.Name}={argument.Text}"));
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

/// <summary>Words for kinds.</summary>
internal static class ViewNodeKinds
{
    /// <summary>The kind in lower case, such as <c>collective</c>.</summary>
    public static string Word(this ViewNodeKind kind) => kind switch
    {
        ViewNodeKind.Input => "input",
        ViewNodeKind.Parameter => "parameter",
        ViewNodeKind.Operator => "operator",
        ViewNodeKind.Collective => "collective",
        ViewNodeKind.Maybe => "maybe",
        _ => "output",
    };
}

/// <summary>One operand of a node.</summary>
/// <param name="Node">The index of the node that gives it.</param>
/// <param name="Output">Which of that node's results.</param>
/// <param name="Name">The schema's argument.</param>
public sealed record ViewOperand(int Node, int Output, string Name)
{
    /// <summary>Node and output as one number.</summary>
    internal long Value => ((long)Node << 32) | (uint)Output;
}

/// <summary>What an operator does that decides at run time: <c>enabled &amp;&amp; ranks &gt; 1 &amp;&amp; size &gt; threshold</c> takes the fused branch.</summary>
/// <param name="Predicate">The decision with its numbers.</param>
/// <param name="Size">What is compared with the threshold.</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="Enabled">Whether the fused branch may be taken at all.</param>
/// <param name="Ranks">Over how many ranks the operator is split.</param>
/// <param name="Fused">The steps of the branch that overlaps, in words.</param>
/// <param name="Plain">The steps of the other.</param>
public sealed record MaybeBranches(
    string Predicate, Dim Size, long Threshold, bool Enabled, long Ranks, IReadOnlyList<string> Fused, IReadOnlyList<string> Plain);
