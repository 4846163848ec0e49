using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>A kernel that takes one parameter, a struct by value. It keeps its module loaded unless that is disposed.</summary>
internal sealed unsafe class CudaFunction
{
    private readonly CudaModule _module;

    internal CudaFunction(CudaModule module, nint function, string name)
    {
        _module = module;
        Handle = function;
        Name = name;
    }

    /// <summary>The CUfunction.</summary>
    public nint Handle { get; }

    /// <summary>The kernel's name.</summary>
    public string Name { get; }

    /// <summary>The most dynamic shared memory that a launch may ask for, in bytes; 48 KiB less the kernel's static part until it is set.</summary>
    /// <exception cref="EvergraphException">No block of the device has so much.</exception>
    public int DynamicSharedMemory
    {
        get;
        set
        {
            var device = _module.Device;
            if (value < 0 || value > device.SharedMemoryPerBlock)
            {
                throw new EvergraphException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"kernel {Name} on {device}: dynamic shared memory: expected 0 to {device.SharedMemoryPerBlock} bytes, given {value}; use smaller tiles or fewer stages"));
            }

            ObjectDisposedException.ThrowIf(_module.IsClosed, _module);
            device.MakeCurrent();
            int code = Driver.FuncSetAttribute(Handle, DriverValues.MaxDynamicSharedSize, value);
            if (code != DriverStatus.Success)
                throw device.Error(code, "cuFuncSetAttribute", string.Create(CultureInfo.InvariantCulture, $"kernel {Name}, {value} bytes of dynamic shared memory"));
            field = value;
        }
    }

    /// <summary>Enqueues the kernel. Allocates nothing.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="gridX">Blocks along x, at least 1.</param>
    /// <param name="gridY">Blocks along y, 1 to 65535.</param>
    /// <param name="gridZ">Blocks along z, 1 to 65535.</param>
    /// <param name="block">Threads of a block, 1 to 1024.</param>
    /// <param name="sharedBytes">Dynamic shared memory of a block.</param>
    /// <param name="arguments">The bytes of the kernel's one parameter; they are copied before this returns.</param>
    public void Launch(CudaStream stream, uint gridX, uint gridY, uint gridZ, uint block, uint sharedBytes, void* arguments)
    {
        // A function of an unloaded module is an address of something else.
        ObjectDisposedException.ThrowIf(_module.IsClosed, _module);
        _module.Device.MakeCurrent();
        void* parameter = arguments;
        int code = Driver.LaunchKernel(Handle, gridX, gridY, gridZ, block, 1, 1, sharedBytes, stream.Handle, &parameter, null);
        if (code != DriverStatus.Success)
            ThrowLaunch(code, (gridX, gridY, gridZ), block, sharedBytes);
        GC.KeepAlive(stream);
        GC.KeepAlive(_module);
    }

    [DoesNotReturn]
    private void ThrowLaunch(int code, (uint X, uint Y, uint Z) grid, uint block, uint sharedBytes) => throw _module.Device.Error(
        code, "cuLaunchKernel",
        string.Create(
            CultureInfo.InvariantCulture,
            $"kernel {Name}, grid {grid.X} × {grid.Y} × {grid.Z}, {block} threads, {sharedBytes} bytes of dynamic shared memory"));
}
