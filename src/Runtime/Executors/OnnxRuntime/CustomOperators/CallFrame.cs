using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// The state of one call of a kernel, kept for the next: used by one call at a time, allocates nothing of its own. What follows from sizes
/// is worked out when a size differs from the call before.
/// </summary>
internal sealed unsafe class CallFrame
{
    private readonly CustomKernel _kernel;
    private readonly CallPlan _plan;
    private readonly OrtFunctions _api;
    private readonly BorrowedTensor[] _inputs;
    private readonly int[] _elementTypes;
    private readonly ArgumentFrame _arguments;
    private readonly long[][] _dimListValues;
    private readonly long[] _symbols;
    private readonly Tensor[] _results;
    private readonly CallOutputs _outputs;
    private readonly SessionThreads _threads;
    private bool _isPrepared;

    public CallFrame(CustomKernel kernel, CallPlan plan)
    {
        _kernel = kernel;
        _plan = plan;
        _api = OrtLibrary.Instance.Api;
        _inputs = Array.ConvertAll(_plan.Inputs, type => new BorrowedTensor(type.DType, type.Rank, isReadOnly: true));
        _elementTypes = Array.ConvertAll(_plan.Inputs, type => ElementTypes.Of(type.DType));
        _arguments = new(_plan.Arguments);
        _dimListValues = Array.ConvertAll(_arguments.DimLists, list => new long[list.Length]);
        foreach (var (argument, input) in _plan.Arguments.Tensors)
            _arguments.Arguments[argument] = KernelArgument.Of(_inputs[input].Tensor);
        _symbols = new long[_plan.Bindings.Length];
        _results = new Tensor[_plan.Results.Length];
        _outputs = new(_plan, kernel.Source, _inputs, _api);
        _threads = new(_api);
    }

    /// <summary>Runs the operator, unless the inputs are not as planned.</summary>
    /// <returns>Whether they were.</returns>
    public bool TryRun(nint context)
    {
        if (!Receive(context))
            return false;
        FillLists();
        _outputs.Begin(context);
        Call(context);
        _outputs.End(_results);
        Array.Clear(_results);
        return true;
    }

    private bool Receive(nint context)
    {
        bool isNew = !_isPrepared;
        _isPrepared = false;
        for (int i = 0; i < _inputs.Length; i++)
        {
            nint value;
            int elementType;
            long* sizes;
            nuint rank;
            void* data;
            OrtStatus.Check(_api, _api.KernelContextGetInput(context, (nuint)i, &value), _kernel.Name);
            OrtStatus.Check(_api, _api.GetTensorElementTypeAndShapeDataReference(value, &elementType, &sizes, &rank), _kernel.Name);
            if (elementType != _elementTypes[i] || (int)rank != _inputs[i].Tensor.Rank)
                return false;
            OrtStatus.Check(_api, _api.GetTensorMutableData(value, &data), _kernel.Name);
            isNew |= _inputs[i].Point(data, new(sizes, (int)rank));
        }

        foreach (int number in _plan.Numbers)
        {
            long given = _inputs[_plan.Bindings[number].Input].Tensor.ReadOnlySpan<long>()[0];
            isNew |= given != _symbols[number];
            _symbols[number] = given;
        }

        return _isPrepared = !isNew || Prepare();
    }

    /// <summary>Works out what follows from sizes; false where they are not as planned.</summary>
    private bool Prepare()
    {
        for (int i = 0; i < _symbols.Length; i++)
        {
            var (input, axis) = _plan.Bindings[i];
            if (axis >= 0)
                _symbols[i] = _inputs[input].Tensor.Sizes[axis];
        }

        foreach (var (input, axis, dim) in _plan.Checks)
        {
            if (_inputs[input].Tensor.Sizes[axis] != _plan.Program.Evaluate(dim, _symbols))
                return false;
        }

        foreach (var (argument, dim) in _plan.Arguments.Dims)
            _arguments.Arguments[argument] = KernelArgument.Of(_plan.Program.Evaluate(dim, _symbols));
        for (int i = 0; i < _dimListValues.Length; i++)
        {
            int[] dims = _plan.Arguments.DimLists[i].Dims;
            for (int j = 0; j < dims.Length; j++)
                _dimListValues[i][j] = _plan.Program.Evaluate(dims[j], _symbols);
        }

        _outputs.Prepare(_symbols);
        return true;
    }

    /// <summary>A kernel may use its arrays as it likes: each call gets them anew.</summary>
    private void FillLists()
    {
        for (int i = 0; i < _dimListValues.Length; i++)
            _dimListValues[i].CopyTo(_arguments.DimLists[i], 0);
        var lists = _arguments.TensorLists;
        for (int i = 0; i < lists.Length; i++)
        {
            int[] inputs = _plan.Arguments.TensorLists[i].Values;
            for (int j = 0; j < inputs.Length; j++)
                lists[i][j] = inputs[j] < 0 ? null : _inputs[inputs[j]].Tensor;
        }
    }

    private void Call(nint context)
    {
        var allocator = TensorAllocator.Exchange(_outputs);
        var threads = ParallelLoop.Exchange(_threads.Of(context));
        var branches = _kernel.Branches is null ? null : BranchRecorder.Exchange(_kernel.Branches);
        try
        {
            _kernel.Site.Call(_kernel.Prepared, _arguments.Arguments, _plan.DTypes, _results);
        }
        catch (Exception exception) when (!(_plan.IsCollective && exception is EvergraphException))
        {
            throw CallFault.Threw(Operands(), exception);
        }
        finally
        {
            if (_kernel.Branches is not null)
                BranchRecorder.Exchange(branches);
            ParallelLoop.Exchange(threads);
            TensorAllocator.Exchange(allocator);
        }
    }

    /// <summary>The operands as errors show them: the tensors first, then the lists.</summary>
    private IEnumerable<string> Operands()
    {
        foreach (var (_, input) in _plan.Arguments.Tensors)
            yield return _inputs[input].Tensor.ToString();
        foreach (var (_, inputs) in _plan.Arguments.TensorLists)
            yield return $"[{string.Join(", ", inputs.Select(input => input < 0 ? "none" : _inputs[input].Tensor.ToString()))}]";
    }
}
