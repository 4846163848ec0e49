using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Launches a generated kernel: fills in its struct of pointers and sizes.</summary>
internal sealed unsafe class KernelRunner : StepRunner
{
    private readonly CudaFunction _function;
    private readonly int[] _pointers;
    private readonly int[] _sizes;
    private readonly int _items;
    private readonly int _itemsPerBlock;
    private readonly uint _threads;
    private readonly int[] _nodes;
    private readonly byte[] _arguments;

    public KernelRunner(KernelStep step, CudaFunction function, DimTable dims)
        : base(step)
    {
        var kernel = step.Kernel;
        _function = function;
        _pointers = [.. kernel.Pointers.Select(value => value.Id)];
        _sizes = [.. kernel.Sizes.Select(dims.Add)];
        _items = dims.Add(kernel.Items);
        (_itemsPerBlock, _threads, _nodes) = (kernel.ItemsPerBlock, (uint)kernel.Threads, [.. kernel.Nodes]);
        _arguments = GC.AllocateArray<byte>((sizeof(nint) * (_pointers.Length + 1)) + (sizeof(int) * (_sizes.Length + _nodes.Length)), pinned: true);
    }

    public override void Enqueue(DeviceRun run)
    {
        long items = run.Dims[_items];
        if (items == 0)
            return;
        ref byte start = ref MemoryMarshal.GetArrayDataReference(_arguments);
        fixed (byte* arguments = &start)
        {
            var pointers = (nint*)arguments;
            foreach (int value in _pointers)
                *pointers++ = run.Addresses[value];
            if (_nodes.Length > 0)
                *pointers++ = run.Fault;
            int* numbers = (int*)pointers;
            foreach (int size in _sizes)
                *numbers++ = ToInt32(run.Dims[size]);
            foreach (int node in _nodes)
                *numbers++ = node;
            _function.Launch(run.Stream, checked((uint)((items + _itemsPerBlock - 1) / _itemsPerBlock)), 1, 1, _threads, 0, arguments);
        }
    }

    private int ToInt32(long size) => size is >= int.MinValue and <= int.MaxValue ? (int)size : throw new ShapeException(
        $"kernel {_function.Name}: a size is {size}: expected at most {int.MaxValue}, the most elements of a tensor; split the tensor or lower the token count");
}
