using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>The state of one call of a kernel, kept for the next: used by one call at a time, allocates nothing of its own.</summary>
internal sealed unsafe class CallFrame
{
    private readonly CustomKernel _kernel;
    private readonly CallPlan _plan;
    private readonly OrtFunctions _api;
    private readonly BorrowedTensor[] _inputs;
    private readonly KernelArgument[] _arguments;
    private readonly Tensor?[][] _lists;
    private readonly long[][] _dimLists;
    private readonly long[] _symbols;
    private readonly Tensor[] _results;
    private readonly CallOutputs _outputs;
    private readonly SessionThreads _threads;

    public CallFrame(CustomKernel kernel)
    {
        _kernel = kernel;
        _plan = kernel.Plan;
        _api = OrtLibrary.Instance.Api;
        _inputs = Array.ConvertAll(_plan.Inputs, type => new BorrowedTensor(type.DType, type.Rank, isReadOnly: true));
        _arguments = [.. _plan.Template];
        _lists = [.. _plan.TensorLists.Select(list => new Tensor?[list.Inputs.Length])];
        _dimLists = [.. _plan.DimLists.Select(list => new long[list.Dims.Length])];
        for (int i = 0; i < _lists.Length; i++)
            _arguments[_plan.TensorLists[i].Argument] = KernelArgument.OfReference(_lists[i]);
        for (int i = 0; i < _dimLists.Length; i++)
            _arguments[_plan.DimLists[i].Argument] = KernelArgument.OfReference(_dimLists[i]);
        foreach (var (argument, input) in _plan.Tensors)
            _arguments[argument] = KernelArgument.Of(_inputs[input].Tensor);
        for (int i = 0; i < _lists.Length; i++)
        {
            int[] places = _plan.TensorLists[i].Inputs;
            for (int j = 0; j < places.Length; j++)
                _lists[i][j] = places[j] < 0 ? null : _inputs[places[j]].Tensor;
        }

        _symbols = new long[_plan.Bindings.Count];
        _results = new Tensor[_plan.Results.Length];
        _outputs = new(_plan, _api);
        _threads = new(_api);
    }

    /// <summary>Runs the operator.</summary>
    public void Run(nint context)
    {
        for (int i = 0; i < _inputs.Length; i++)
            Receive(context, i);
        for (int i = 0; i < _symbols.Length; i++)
        {
            var (input, axis) = _plan.Bindings[i];
            var tensor = _inputs[input].Tensor;
            _symbols[i] = axis < 0 ? tensor.ReadOnlySpan<long>()[0] : tensor.Sizes[axis];
        }

        foreach (var (argument, dim) in _plan.Dims)
            _arguments[argument] = KernelArgument.Of(_plan.Program.Evaluate(dim, _symbols));
        for (int i = 0; i < _dimLists.Length; i++)
        {
            int[] dims = _plan.DimLists[i].Dims;
            for (int j = 0; j < dims.Length; j++)
                _dimLists[i][j] = _plan.Program.Evaluate(dims[j], _symbols);
        }

        _outputs.Begin(context, _inputs, _symbols);
        Call(context);
        _outputs.End(_results);
        Array.Clear(_results);
    }

    private void Receive(nint context, int index)
    {
        nint value;
        int elementType;
        long* sizes;
        nuint rank;
        void* data;
        OrtStatus.Check(_api, _api.KernelContextGetInput(context, (nuint)index, &value), _kernel.Name);
        OrtStatus.Check(_api, _api.GetTensorElementTypeAndShapeDataReference(value, &elementType, &sizes, &rank), _kernel.Name);
        OrtStatus.Check(_api, _api.GetTensorMutableData(value, &data), _kernel.Name);
        var planned = _plan.Inputs[index];
        if ((int)rank != planned.Rank || ElementTypes.Of(planned.DType) != elementType)
            throw new EvergraphException($"{_kernel.Name}: input {index}: expected {planned}, given rank {rank} of ONNX's element type {elementType}");
        _inputs[index].Point(data, new(sizes, (int)rank));
    }

    private void Call(nint context)
    {
        var allocator = TensorAllocator.Exchange(_outputs);
        var threads = ParallelLoop.Exchange(_threads.Of(context));
        var branches = _kernel.Branches is null ? null : BranchRecorder.Exchange(_kernel.Branches);
        try
        {
            _kernel.Site.Call(_kernel.Prepared, _arguments, _plan.DTypes, _results);
        }
        finally
        {
            if (_kernel.Branches is not null)
                BranchRecorder.Exchange(branches);
            ParallelLoop.Exchange(threads);
            TensorAllocator.Exchange(allocator);
        }
    }
}
