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
    private readonly OrtFunctions _api;
    private readonly BorrowedTensor[] _outputs;
    private readonly long[][] _sizes;
    private nint _context;
    private BorrowedTensor[] _inputs = [];
    private readonly bool[] _given;
    private readonly bool[] _unread;

    public CallOutputs(CallPlan plan, OrtFunctions api)
    {
        _plan = plan;
        _api = api;
        _outputs = Array.ConvertAll(plan.Results, result => new BorrowedTensor(result.DType, result.Rank, isReadOnly: false));
        _sizes = Array.ConvertAll(plan.Results, result => new long[result.Rank]);
        _given = new bool[plan.Results.Length];
        _unread = new bool[plan.Results.Length];
    }

    /// <summary>Works out the sizes of results and asks for their memory.</summary>
    /// <exception cref="ShapeException">The inputs' sizes do not fit the operator.</exception>
    public void Begin(nint context, BorrowedTensor[] inputs, ReadOnlySpan<long> symbols)
    {
        (_context, _inputs) = (context, inputs);
        Array.Clear(_given);
        Array.Clear(_unread);
        if (!_plan.IsSymbolic || !Holds(symbols))
            InferNow();
        else
            Evaluate(symbols);
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (IsKnown(i))
                Take(i);
        }
    }

    /// <summary>Holds the results against the fake's word and brings them to where ONNX Runtime wants them.</summary>
    public void End(Span<Tensor> results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            var result = results[i];
            var planned = _plan.Results[i];
            if (!IsKnown(i) && result is not null && !result.IsTraced && result.Rank == planned.Rank)
            {
                result.Sizes.CopyTo(_sizes[i]);
                Take(i);
            }

            if (result is null || result.IsTraced || result.DType != planned.DType || !result.Sizes.SequenceEqual(_sizes[i]))
            {
                throw new EvergraphException(
                    $"{_plan.Layout.Operator.Name}: its fake and its real disagree: result {i}: expected {planned.DType.Name()}[{string.Join(", ", _sizes[i])}], given {result?.ToString() ?? "nothing"}");
            }
        }

        Bring(results);
    }

    /// <inheritdoc/>
    public override Storage Allocate(long bytes)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (!_given[i] && IsKnown(i) && _outputs[i].Storage.Length == bytes)
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
        Dim Value(Symbol symbol) => layout.SymbolInputs.FirstOrDefault(bound => bound.Symbol == symbol) is { Symbol: not null } found
            ? _inputs[found.Input].Tensor.ReadOnlySpan<long>()[0]
            : (Dim)symbol;
        var arguments = layout.Arguments.Select(argument => argument.Substitute(Value)).ToEquatableArray();
        var results = new FakeContext().Run(layout.Operator, new FakeArguments(arguments.AsSpan(), types), NodeSource.None);
        for (int i = 0; i < results.Length; i++)
        {
            for (int axis = 0; axis < _sizes[i].Length; axis++)
                _sizes[i][axis] = results[i].Shape[axis].TryGetConstant(out long size) ? size : -1;
        }
    }

    private void Take(int index)
    {
        nint value;
        void* data;
        fixed (long* sizes = _sizes[index])
            OrtStatus.Check(_api, _api.KernelContextGetOutput(_context, (nuint)index, sizes, (nuint)_sizes[index].Length, &value), _plan.Layout.Operator.Name);
        // Nothing reads this output: the kernel computes it all the same, in memory of its own.
        if (value == 0)
        {
            _unread[index] = true;
            _given[index] = true;
            return;
        }

        OrtStatus.Check(_api, _api.GetTensorMutableData(value, &data), _plan.Layout.Operator.Name);
        _outputs[index].Point(data, _sizes[index]);
    }

    private bool IsKnown(int index) => Array.TrueForAll(_sizes[index], size => size >= 0);

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
