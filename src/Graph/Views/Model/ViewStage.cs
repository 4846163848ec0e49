namespace Evergraph.Graph.Views;

/// <summary>A graph at one stage of its way.</summary>
/// <param name="Name"><c>imported</c>, or the pass that made it.</param>
/// <param name="Detail">What was done; may be several lines.</param>
/// <param name="Modules">The modules; the first is the root, and parents come before children.</param>
/// <param name="Nodes">Inputs, parameters that are read, operators, outputs; each in the graph's order.</param>
/// <param name="Faults">What the verifier says.</param>
public sealed record ViewStage(
    string Name, string Detail, IReadOnlyList<ViewModule> Modules, IReadOnlyList<ViewNode> Nodes, IReadOnlyList<ViewFault> Faults)
{
    /// <summary>The index of the first operator among the nodes, or of the first output where there is none.</summary>
    public int FirstOperator => Nodes.TakeWhile(node => node.Kind is ViewNodeKind.Input or ViewNodeKind.Parameter).Count();
}

/// <summary>A module as a box that holds nodes and other modules.</summary>
/// <param name="Name">The path's last segment; empty for the root.</param>
/// <param name="Path">The whole path, such as <c>model.layers.0.mlp</c>.</param>
/// <param name="Parent">The index of the module that holds it; −1 for the root.</param>
/// <param name="Repeats">The index of the first sibling that is built the same, but for what its nodes' variants say, or −1 where this is the first.</param>
public sealed record ViewModule(string Name, string Path, int Parent, int Repeats);

/// <summary>Something that is wrong with a graph.</summary>
/// <param name="Node">The index of the node at fault among the stage's nodes, or −1 where it is the graph itself.</param>
/// <param name="Text">Place, expected and given.</param>
public sealed record ViewFault(int Node, string Text);

/// <summary>A timed run of the last stage.</summary>
/// <param name="Name">What ran it, such as <c>reference, 512 tokens</c>.</param>
/// <param name="Symbols">The values of the symbols.</param>
/// <param name="Steps">The steps, in the order in which they ran.</param>
/// <param name="PeakBytes">The most bytes of intermediate values at once, or null where it is not known.</param>
public sealed record ViewRun(string Name, IReadOnlyList<(string Symbol, long Value)> Symbols, IReadOnlyList<ViewStep> Steps, long? PeakBytes);

/// <summary>One step of a timed run.</summary>
/// <param name="Node">The index of the graph's node that it belongs to, or −1 for none.</param>
/// <param name="Name">What ran.</param>
/// <param name="Start">When it began, in microseconds after the run's first step.</param>
/// <param name="Duration">How long it took, in microseconds.</param>
/// <param name="Bytes">The bytes of its operands and results.</param>
/// <param name="Operations">The multiplications and additions of products and attention.</param>
public sealed record ViewStep(int Node, string Name, double Start, double Duration, long Bytes, long Operations);
