using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>What one element of a value is, given the element's place along each axis.</summary>
/// <param name="scope">Gives elements of other values, and makes expressions.</param>
/// <param name="index">A place for each axis.</param>
internal delegate Expression Definition(ElementScope scope, Dim[] index);

/// <summary>
/// A tensor of the lowered graph: one of the graph's own, or one in between that a lowering made. Either it is defined element by element, and
/// then it is computed wherever it is read, or once into memory, as fusion decides; or a step or the caller fills its memory.
/// </summary>
internal sealed class LoweredValue
{
    public LoweredValue(int id, TensorType type, int node, string name)
    {
        Id = id;
        Type = type;
        Node = node;
        Name = name;
    }

    /// <summary>Its number in the lowered graph.</summary>
    public int Id { get; }

    public TensorType Type { get; }

    /// <summary>The node of the graph that makes it, or −1 for inputs and parameters.</summary>
    public int Node { get; }

    /// <summary>For kernels' names and messages.</summary>
    public string Name { get; }

    /// <summary>Its elements, or null where a step or the caller fills its memory.</summary>
    public Definition? Definition { get; init; }

    /// <summary>The value whose elements these are, at other places; null where something is computed.</summary>
    public LoweredValue? ViewOf { get; init; }

    /// <summary>The value in whose elements this one's lie.</summary>
    public LoweredValue Base => ViewOf is { } source && !IsStored ? source.Base : this;

    /// <summary>Whether it lies in memory: always without a definition, and where fusion says so.</summary>
    public bool IsStored { get; set; }

    public override string ToString() => $"{Name} : {Type}";
}
