using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// The state of one run on one rank, kept for the next: values, arguments of every node, memory of the plan. Used by one
/// run at a time; running a node allocates nothing beyond what its kernel does.
/// </summary>
internal sealed class Frame
{
    private readonly PreparedGraph _prepared;
    private readonly Tensor[] _values;
    private readonly long[] _symbols;
    private readonly long[] _dims;
    private readonly ArgumentFrame[] _arguments;
    private readonly SlotMemory _slots;
    private readonly SlotAllocator _allocator;
    private long _liveBytes;
    private long _peakLiveBytes;

    public Frame(PreparedGraph prepared)
    {
        _prepared = prepared;
        _values = new Tensor[prepared.Graph.ValueCount];
        _symbols = new long[prepared.Context.Symbols.Count];
        _dims = prepared.Dims.CreateValues();
        _slots = new(prepared.SlotSizes, _dims);
        _allocator = new(_slots, _dims);
        _arguments = Array.ConvertAll(prepared.Nodes, node => new ArgumentFrame(node.Arguments));
    }

    /// <summary>Bytes that the plan needed in the last run.</summary>
    public long PlannedBytes { get; private set; }

    /// <summary>The most bytes of intermediate values that the last run held at once: the plan's memory and what lies outside.</summary>
    public long PeakBytes => _slots.Capacity + _peakLiveBytes;

    /// <summary>The value of an id, between <see cref="Run"/> and <see cref="Release"/>.</summary>
    public Tensor this[Value value] => _values[value.Id];

    /// <summary>The value of a symbol, between <see cref="Run"/> and the next.</summary>
    public long ValueOf(Symbol symbol) => _symbols[_prepared.Context.Symbols.SlotOf(symbol)];

    /// <summary>Runs every node.</summary>
    public void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> parameters, ReadOnlySpan<long> symbols, NodeTimes? times = null)
    {
        inputs.CopyTo(_values);
        parameters.CopyTo(_values.AsSpan(inputs.Length));
        symbols.CopyTo(_symbols);
        _liveBytes = _peakLiveBytes = 0;
        _prepared.Dims.EvaluateAfter(SymbolTable.AtCall, _symbols, _dims);
        var outer = TensorAllocator.Exchange(_allocator);
        try
        {
            foreach (var node in _prepared.Nodes)
            {
                times?.Begin(node.Index);
                Step(node);
                times?.End(node.Index);
            }
        }
        finally
        {
            _allocator.Begin(null);
            TensorAllocator.Exchange(outer);
        }
    }

    /// <summary>Ends a run: drops every tensor, so that a frame at rest keeps only its own memory alive.</summary>
    public void Release()
    {
        Array.Clear(_values);
        PlannedBytes = _slots.EndRun();
    }

    private void Step(NodePlan node)
    {
        var frame = _arguments[node.Index];
        var arguments = frame.Arguments;
        Fill(frame);
        _allocator.Begin(node.HasSlots ? node.Results : null);
        var results = _values.AsSpan(node.FirstResult, node.Results.Length);
        if (node.Branches is null)
            Call(node, arguments, results);
        else
            CallCounting(node, arguments, results);
        if (node.Binds.Length > 0)
            Bind(node);
        for (int i = 0; i < results.Length; i++)
            Check(node, i, results);
        for (int i = 0; i < results.Length; i++)
            Keep(node, i, ref results[i]);
        Drop(node, frame);
    }

    private void Fill(ArgumentFrame frame)
    {
        var plan = frame.Plan;
        foreach (var (argument, value) in plan.Tensors)
            frame.Arguments[argument] = KernelArgument.Of(_values[value]);
        foreach (var (argument, dim) in plan.Dims)
            frame.Arguments[argument] = KernelArgument.Of(_dims[dim]);
        for (int i = 0; i < plan.TensorLists.Length; i++)
        {
            int[] values = plan.TensorLists[i].Values;
            var list = frame.TensorLists[i];
            for (int j = 0; j < values.Length; j++)
                list[j] = values[j] < 0 ? null : _values[values[j]];
        }

        for (int i = 0; i < plan.DimLists.Length; i++)
        {
            int[] dims = plan.DimLists[i].Dims;
            long[] list = frame.DimLists[i];
            for (int j = 0; j < dims.Length; j++)
                list[j] = _dims[dims[j]];
        }
    }

    private static void Call(NodePlan node, KernelArgument[] arguments, Span<Tensor> results)
    {
        try
        {
            node.Site.Call(null, arguments, node.DTypes, results);
        }
        catch (Exception exception) when (!(node.IsCollective && exception is EvergraphException))
        {
            throw KernelFault.Threw(node, arguments, exception);
        }
    }

    private static void CallCounting(NodePlan node, KernelArgument[] arguments, Span<Tensor> results)
    {
        var outer = BranchRecorder.Exchange(node.Branches);
        try
        {
            Call(node, arguments, results);
        }
        finally
        {
            BranchRecorder.Exchange(outer);
        }
    }

    /// <summary>Gives symbols their values from the sizes of results, and decides what depends on them.</summary>
    private void Bind(NodePlan node)
    {
        foreach (var (result, axis, slot) in node.Binds)
        {
            var tensor = _values[node.FirstResult + result];
            var symbol = _prepared.Context.Symbols.Symbols[slot];
            if (tensor is null || tensor.IsTraced || tensor.Rank <= axis || tensor.Sizes[axis] < symbol.Min || tensor.Sizes[axis] > symbol.Max)
                throw KernelFault.OutOfBounds(node, result, axis, symbol, tensor);
            _symbols[slot] = tensor.Sizes[axis];
        }

        _prepared.Dims.EvaluateAfter(node.Index, _symbols, _dims);
        _prepared.Context.Statistics.CountChecks(_prepared.Context.Requirements.CheckAfter(node.Index, _symbols));
    }

    /// <summary>Holds a result against what the fake said of it, and against the rule that it lies in memory of its own.</summary>
    private void Check(NodePlan node, int index, ReadOnlySpan<Tensor> results)
    {
        var plan = node.Results[index];
        var result = results[index];
        if (result is null || result.IsTraced || result.DType != plan.DType || !HasSizes(result, plan.Sizes))
            throw KernelFault.Disagrees(node, index, result, _dims);
        var storage = result.Storage;
        foreach (int operand in node.Operands)
        {
            if (ReferenceEquals(_values[operand].Storage, storage))
                throw KernelFault.Aliases(node, index, operand);
        }

        for (int other = 0; other < index; other++)
        {
            if (ReferenceEquals(results[other].Storage, storage) && Overlap(results[other], result))
                throw KernelFault.Overlaps(node, other, index);
        }
    }

    private void Keep(NodePlan node, int index, ref Tensor result)
    {
        int slot = node.Results[index].Slot;
        if (slot != BufferPlan.NoSlot && _slots.Holds(slot, result.Storage))
            return;

        // A kernel that made its results in another order: this one lies where another result is planned, whose memory
        // may be reused while this one is still needed.
        if (_allocator.BelongsToAnother(index, result.Storage))
            result = CopyOutside(result);
        _liveBytes += result.ByteCount;
        _peakLiveBytes = Math.Max(_peakLiveBytes, _liveBytes);
    }

    private static bool Overlap(Tensor a, Tensor b) =>
        a.ByteOffset < b.ByteOffset + b.ByteCount && b.ByteOffset < a.ByteOffset + a.ByteCount;

    private static Tensor CopyOutside(Tensor tensor)
    {
        var bytes = tensor.ReadOnlyBytes();
        var storage = Storage.Allocate(bytes.Length);
        bytes.CopyTo(storage.Write(0, bytes.Length));
        return new(tensor.DType, tensor.Sizes.ToArray(), storage);
    }

    private bool HasSizes(Tensor tensor, int[] places)
    {
        var sizes = tensor.Sizes;
        if (sizes.Length != places.Length)
            return false;
        for (int i = 0; i < places.Length; i++)
        {
            if (sizes[i] != _dims[places[i]])
                return false;
        }

        return true;
    }

    /// <summary>Lets go of what no later node reads, in the values and in this node's arguments.</summary>
    private void Drop(NodePlan node, ArgumentFrame frame)
    {
        foreach (var (argument, _) in frame.Plan.Tensors)
            frame.Arguments[argument] = default;
        foreach (var list in frame.TensorLists)
            Array.Clear(list);
        foreach (int value in node.Released)
        {
            int slot = _prepared.SlotOf[value];
            if (value >= _prepared.FirstResult && (slot == BufferPlan.NoSlot || !_slots.Holds(slot, _values[value].Storage)))
                _liveBytes -= _values[value].ByteCount;
            _values[value] = null!;
        }
    }
}
