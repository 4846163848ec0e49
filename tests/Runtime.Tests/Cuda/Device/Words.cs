using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Device;

/// <summary>Memory of a device that is written and read as numbers of 32 bits.</summary>
internal static unsafe class Words
{
    /// <summary>A kernel that adds a number to each of <c>count</c> others.</summary>
    public static KernelSource AddKernel { get; } = CudaTest.Source("add", """
        struct Arguments { int* values; int count; int added; };
        extern "C" __global__ void add(const __grid_constant__ Arguments a)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < a.count) a.values[i] += a.added;
        }
        """);

    /// <summary>Copies numbers to the device and waits.</summary>
    public static void Write(CudaStream stream, nint address, params ReadOnlySpan<int> values)
    {
        fixed (int* host = values)
            stream.CopyToDevice(address, (nint)host, values.Length * sizeof(int));
        stream.Synchronize();
    }

    /// <summary>Waits and reads numbers.</summary>
    public static int[] Read(CudaStream stream, nint address, int count)
    {
        int[] values = new int[count];
        fixed (int* host = values)
            stream.CopyToHost((nint)host, address, count * sizeof(int));
        stream.Synchronize();
        return values;
    }

    /// <summary>Launches <see cref="AddKernel"/>.</summary>
    public static void Add(CudaFunction kernel, CudaStream stream, nint address, int count, int added)
    {
        var arguments = new Arguments { Values = address, Count = count, Added = added };
        kernel.Launch(stream, (uint)((count + 127) / 128), 1, 1, 128, 0, &arguments);
    }

    private struct Arguments
    {
        public nint Values;
        public int Count;
        public int Added;
    }
}
