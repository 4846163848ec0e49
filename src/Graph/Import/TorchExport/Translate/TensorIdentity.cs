namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Memory that several of PyTorch's tensors may be views of. The version counts the writes into it.</summary>
internal sealed class SharedMemory
{
    public int Version { get; set; }

    /// <summary>The node that wrote last, for errors.</summary>
    public string LastWriter { get; set; } = "";
}

/// <summary>
/// One tensor of the exported program. An in-place operator's result is the same tensor as its operand, so both names have
/// this one object, and giving it a new value renames it for every later reader. A view is another tensor over the same
/// memory: after a write through anything else it is stale, and reading it would need the write to be carried over, which
/// dense values do not do; so it is refused.
/// </summary>
internal sealed class TensorIdentity(Value value, SharedMemory memory)
{
    private int _version = memory.Version;

    /// <summary>The value now.</summary>
    public Value Value { get; private set; } = value;

    /// <summary>The memory it lies in.</summary>
    public SharedMemory Memory { get; } = memory;

    /// <summary>Whether another tensor over the same memory was written since this one's value was made.</summary>
    public bool IsStale => _version != Memory.Version;

    /// <summary>Gives the tensor a new value in place: every other view of the memory becomes stale.</summary>
    public void Write(Value value, string writer)
    {
        Value = value;
        _version = ++Memory.Version;
        Memory.LastWriter = writer;
    }
}
