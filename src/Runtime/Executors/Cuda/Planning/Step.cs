using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>Something that runs on the stream as a whole: a kernel, a product, attention, a node on the host.</summary>
/// <param name="node">The node that it belongs to.</param>
/// <param name="name">For traces.</param>
internal abstract class Step(int node, string name)
{
    /// <summary>The node's number in the graph.</summary>
    public int Node { get; } = node;

    public string Name { get; } = name;

    /// <summary>The values that it reads, as strided views of what lies in memory.</summary>
    public abstract IReadOnlyList<StepOperand> Operands { get; }

    /// <summary>The values that it fills.</summary>
    public abstract IReadOnlyList<LoweredValue> Results { get; }

    /// <summary>Bytes that it needs while it runs.</summary>
    public virtual Dim Workspace => 0;

    /// <summary>Multiplications and additions, where they count and not the bytes.</summary>
    public virtual Dim Operations => 0;
}

/// <summary>A value that a step reads.</summary>
/// <param name="value">The value.</param>
/// <param name="accepts">Whether the step can read elements that are these far apart along each axis; null where it takes dense values only.</param>
internal sealed class StepOperand(LoweredValue value, Func<Dim[], bool>? accepts = null)
{
    private StridedView? _view;

    public LoweredValue Value { get; } = value;

    /// <summary>Where the elements lie; fusion says it.</summary>
    public StridedView View
    {
        get => _view ?? throw new InvalidOperationException($"{Value} has no place yet");
        set => _view = value;
    }

    /// <summary>Whether the step can read elements that are these far apart along each axis.</summary>
    public bool Accepts(Dim[] strides) => accepts is null ? IsDense(strides) : accepts(strides);

    private bool IsDense(Dim[] strides)
    {
        Dim stride = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            if (!Value.Type.Shape[axis].Equals(1) && !strides[axis].Equals(stride))
                return false;
            stride *= Value.Type.Shape[axis];
        }

        return true;
    }
}

/// <summary>Elements of a value in memory: the one at a place lies at offset + Σ place · stride.</summary>
/// <param name="Source">The value in memory.</param>
/// <param name="Offset">Elements before the first.</param>
/// <param name="Strides">Elements between neighbours along each axis.</param>
internal sealed record StridedView(LoweredValue Source, Dim Offset, Dim[] Strides);
