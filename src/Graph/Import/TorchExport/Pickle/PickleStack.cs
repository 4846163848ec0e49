namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The stack, the marks and the memo of a pickle, which refuse to be used beyond what is there.</summary>
internal sealed class PickleStack(string place)
{
    private readonly List<PickleValue> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, PickleValue> _memo = [];

    /// <summary>Bytes read so far, for errors.</summary>
    public int Offset { get; set; }

    public ImportException Fault(string text) =>
        new($"{place}: pickle offset {Offset}: {text}; a damaged file can be exported again, and only tensors saved by torch.save are read");

    public void Push(PickleValue value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public PickleValue Pop()
    {
        if (_values.Count <= (_marks.Count > 0 ? _marks[^1] : 0))
            throw Fault("expected a value on the stack, given none");
        PickleValue value = _values[^1];
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>(string expected) where T : PickleValue =>
        Pop() is var value && value is T typed ? typed : throw Fault($"expected {expected}, given {value.Kind}");

    public PickleValue Top => _values.Count > (_marks.Count > 0 ? _marks[^1] : 0)
        ? _values[^1]
        : throw Fault("expected a value on the stack, given none");

    /// <summary>The values above the last mark, which is removed with them.</summary>
    public PickleValue[] PopMark()
    {
        if (_marks.Count == 0)
            throw Fault("expected a mark on the stack, given none");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        PickleValue[] values = [.. _values[mark..]];
        _values.RemoveRange(mark, values.Length);
        return values;
    }

    public PickleValue[] Pop(int count)
    {
        var values = new PickleValue[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    public void Memoize(long index) => _memo[index] = Top;

    public void Memoize() => _memo[_memo.Count] = Top;

    public void PushMemo(long index) => Push(_memo.TryGetValue(index, out PickleValue? value)
        ? value
        : throw Fault($"memo {index} is read before it is written"));
}
