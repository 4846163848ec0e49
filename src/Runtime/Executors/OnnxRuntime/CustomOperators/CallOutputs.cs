using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// The memory of a call's results: it is asked of ONNX Runtime before the kernel runs, and the first request of exactly a result's bytes
/// gets it. Where the kernel put a result elsewhere, or only then knows its size, it is copied.
/// </summary>
internal sealed unsafe class CallOutputs : TensorAllocator
{
    private readonly CallPlan _plan;
    private readonly NodeSource _source;
    private readonly BorrowedTensor[] _inputs;
    private readonly OrtFunctions _api;
    private readonly BorrowedTensor[] _outputs;
    private readonly long[][] _sizes;
    private readonly bool[] _isKnown;
    private readonly bool[] _given;
    private readonly bool[] _unread;
    private nint _context;

    public CallOutputs(CallPlan plan, NodeSource source, BorrowedTensor[] inputs, OrtFunctions api)
    {
        _plan = plan;
        _source = source;
        _inputs = inputs;
        _api = api;
        _outputs = Array.ConvertAll(plan.Results, result => new BorrowedTensor(result.DType, result.Rank, isReadOnly: false));
        _sizes = Array.ConvertAll(plan.Results, result => new long[result.Rank]);
        _isKnown = new bool[plan.Results.Length];
        _given = new bool[plan.Results.Length];
        _unread = new bool[plan.Results.Length];
    }

    /// <summary>Works out the sizes of results, for all calls whose inputs have the sizes of this one's.</summary>
    /// <exception cref="ShapeException">The inputs' sizes do not fit the operator.</exception>
    public void Prepare(ReadOnlySpan<long> symbols)
    {
        if (_plan.IsSymbolic && Holds(symbols))
            Evaluate(symbols);
        else
            InferNow();
        for (int i = 0; i < _sizes.Length; i++)
            _isKnown[i] = Array.TrueForAll(_sizes[i], size => size >= 0);
    }

    /// <summary>Asks for the memory of the results of a call.</summary>
    public void Begin(nint context)
    {
        _context = context;
        for (int i = 0; i < _outputs.Length; i++)
        {
            _given[i] = false;
            if (_isKnown[i])
                Take(i, _sizes[i]);
        }
    }

    /// <summary>Holds the results against the fake's word and brings them to where ONNX Runtime wants them.</summary>
    /// <exception cref="CallFault">A result is not what the fake said.</exception>
    public void End(Span<Tensor> results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            var result = results[i];
            if (result is null || result.IsTraced || result.DType != _plan.Results[i].DType || !Fits(result.Sizes, _sizes[i]))
                throw CallFault.Disagrees(i, Expected(i), _plan.Results[i].Type, result);
            if (_isKnown[i])
                continue;
            CheckBounds(i, result);
            Take(i, result.Sizes);
        }

        Bring(results);
    }

    /// <inheritdoc/>
    public override Storage Allocate(long bytes)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (!_given[i] && _isKnown[i] && _outputs[i].Storage.Length == bytes)
            {
                _given[i] = true;
                return _outputs[i].Storage;
            }
        }

        return Storage.Allocate(bytes);
    }

    private bool Holds(ReadOnlySpan<long> symbols)
    {
        for (int i = 0; i < _plan.Program.ConditionCount; i++)
        {
            if (!_plan.Program.Holds(i, symbols))
                return false;
        }

        return true;
    }

    private void Evaluate(ReadOnlySpan<long> symbols)
    {
        for (int i = 0; i < _sizes.Length; i++)
        {
            var sources = _plan.Results[i].Sizes;
            for (int axis = 0; axis < sources.Length; axis++)
            {
                _sizes[i][axis] = sources[axis].Kind switch
                {
                    SizeSourceKind.Input => _inputs[sources[axis].Value].Tensor.Sizes[sources[axis].Axis],
                    SizeSourceKind.Formula => _plan.Program.Evaluate((int)sources[axis].Value, symbols),
                    _ => sources[axis].Value,
                };
            }
        }
    }

    /// <summary>Asks the fake at this call's sizes: the symbolic plan does not tell, or a size of 1 makes legal what is not in general.</summary>
    private void InferNow()
    {
        var types = Array.ConvertAll(_inputs, input => input.Tensor.Type);
        var layout = _plan.Layout;
        var arguments = layout.Arguments.Select(argument => argument.Substitute(ValueOf)).ToEquatableArray();
        var results = new FakeContext().Run(layout.Operator, new FakeArguments(arguments.AsSpan(), types), _source);
        for (int i = 0; i < results.Length; i++)
        {
            for (int axis = 0; axis < _sizes[i].Length; axis++)
                _sizes[i][axis] = results[i].Shape[axis].TryGetConstant(out long size) ? size : -1;
        }
    }

    private Dim ValueOf(Symbol symbol) =>
        _plan.PlaceOf(symbol) is not var (input, axis) ? symbol
        : axis < 0 ? _inputs[input].Tensor.ReadOnlySpan<long>()[0]
        : _inputs[input].Tensor.Sizes[axis];

    private void Take(int index, ReadOnlySpan<long> sizes)
    {
        nint value;
        void* data;
        fixed (long* size = sizes)
            OrtStatus.Check(_api, _api.KernelContextGetOutput(_context, (nuint)index, size, (nuint)sizes.Length, &value), _plan.Layout.Operator.Name);
        // Nothing reads this output: the kernel computes it all the same, in memory of its own.
        _unread[index] = value == 0;
        if (value == 0)
        {
            _given[index] = true;
            return;
        }

        OrtStatus.Check(_api, _api.GetTensorMutableData(value, &data), _plan.Layout.Operator.Name);
        _outputs[index].Point(data, sizes);
    }

    private static bool Fits(ReadOnlySpan<long> given, long[] expected)
    {
        if (given.SequenceEqual(expected))
            return true;
        if (given.Length != expected.Length)
            return false;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] >= 0 && expected[i] != given[i])
                return false;
        }

        return true;
    }

    private string Expected(int index)
    {
        var shape = _plan.Results[index].Type.Shape;
        var sizes = _sizes[index].Select((size, axis) => size < 0 ? shape[axis] : size);
        return new TensorType(_plan.Results[index].DType, Shape.Create([.. sizes])).ToString();
    }

    private void CheckBounds(int index, Tensor result)
    {
        var planned = _plan.Results[index].Type;
        for (int axis = 0; axis < planned.Rank; axis++)
        {
            if (planned.Shape[axis].TryGetSymbol(out var symbol) && symbol.Kind == SymbolKind.Data && (result.Sizes[axis] < symbol.Min || result.Sizes[axis] > symbol.Max))
                throw CallFault.OutOfBounds(index, axis, planned, symbol, result);
        }
    }

    private bool IsInPlace(Tensor result, int index) =>
        _unread[index] || (ReferenceEquals(result.Storage, _outputs[index].Storage) && result.ByteOffset == 0);

    /// <summary>Copies results that lie elsewhere. One may lie where another belongs, so those are saved before anything is overwritten.</summary>
    private void Bring(Span<Tensor> results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (!IsInPlace(results[i], i) && LiesInOutput(results[i]))
                results[i] = results[i].Clone();
        }

        for (int i = 0; i < results.Length; i++)
        {
            if (!IsInPlace(results[i], i))
                results[i].ReadOnlyBytes().CopyTo(_outputs[i].Tensor.Bytes());
        }
    }

    private bool LiesInOutput(Tensor result)
    {
        foreach (var output in _outputs)
        {
            if (ReferenceEquals(output.Storage, result.Storage))
                return true;
        }

        return false;
    }
}
