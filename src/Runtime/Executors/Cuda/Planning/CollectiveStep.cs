using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>What ranks do together.</summary>
internal enum CollectiveKind
{
    /// <summary>The sum on every rank.</summary>
    AllReduce,

    /// <summary>The parts one after another on every rank.</summary>
    AllGather,

    /// <summary>A part of the sum on each rank.</summary>
    ReduceScatter,

    /// <summary>A part of what every rank has; nothing is communicated.</summary>
    Split,
}

/// <summary>A step in which ranks communicate. It needs a buffer in symmetric memory.</summary>
internal interface ICommunicationStep
{
    /// <summary>The bytes of the buffer.</summary>
    Dim BufferBytes { get; }
}

/// <summary>A collective on tensors [outer, size, inner] around an axis that is cut over the ranks.</summary>
internal sealed class CollectiveStep : Step, ICommunicationStep
{
    // A gather of more goes through the buffer in pieces.
    private const long MostBufferBytes = 64 << 20;

    /// <param name="node">The node.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="operand">What each rank brings.</param>
    /// <param name="result">What each rank gets.</param>
    /// <param name="axis">The axis; not looked at by an all-reduce.</param>
    /// <param name="ranks">How many ranks there are.</param>
    public CollectiveStep(int node, CollectiveKind kind, LoweredValue operand, LoweredValue result, int axis, int ranks)
        : base(node, Names[(int)kind])
    {
        (Kind, Ranks) = (kind, ranks);
        Operands = [new(operand)];
        Results = [result];
        var whole = (kind == CollectiveKind.AllGather ? result : operand).Type.Shape;
        bool isSum = kind == CollectiveKind.AllReduce;
        Outer = isSum ? 1 : Shape.Create(whole.AsSpan()[..axis]).Elements;
        Size = isSum ? 1 : whole[axis];
        Inner = isSum ? whole.Elements : Shape.Create(whole.AsSpan()[(axis + 1)..]).Elements;
    }

    private static readonly string[] Names = ["all_reduce", "all_gather", "reduce_scatter", "token_shard"];

    public CollectiveKind Kind { get; }

    public int Ranks { get; }

    /// <summary>Elements before the axis.</summary>
    public Dim Outer { get; }

    /// <summary>The size of the whole axis.</summary>
    public Dim Size { get; }

    /// <summary>Elements after the axis.</summary>
    public Dim Inner { get; }

    public override IReadOnlyList<StepOperand> Operands { get; }

    public override IReadOnlyList<LoweredValue> Results { get; }

    /// <inheritdoc/>
    public Dim BufferBytes => Kind switch
    {
        CollectiveKind.Split => 0,
        CollectiveKind.AllGather => Dim.Min(RowBytes * Outer, Dim.Max(RowBytes, MostBufferBytes)),
        CollectiveKind.ReduceScatter => RowBytes * Outer,
        _ => Inner * Type.Size(),
    };

    /// <summary>The bytes of one place before the axis, with the axis padded.</summary>
    public Dim RowBytes => Dim.CeilDiv(Size, Ranks) * Ranks * Inner * Type.Size();

    private DType Type => Results[0].Type.DType;
}
