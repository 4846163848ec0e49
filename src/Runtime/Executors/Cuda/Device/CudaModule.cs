using System.Text;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Device;

/// <summary>Compiled kernels, loaded.</summary>
internal sealed unsafe class CudaModule : CudaHandle
{
    private CudaModule(CudaDevice device, nint module)
        : base(device, module)
    {
    }

    /// <summary>Loads kernels.</summary>
    /// <param name="device">Where they are to run.</param>
    /// <param name="image">A CUBIN, or PTX that ends with a zero.</param>
    /// <param name="origin">What it is, for errors.</param>
    /// <exception cref="CudaException">It is not for this device, or is damaged.</exception>
    public static CudaModule Load(CudaDevice device, ReadOnlySpan<byte> image, string? origin = null)
    {
        device.MakeCurrent();
        nint module;
        int code;
        fixed (byte* bytes = image)
            code = Driver.ModuleLoadData(&module, bytes);
        return code == DriverStatus.Success ? new(device, module) : throw device.Error(code, "cuModuleLoadData", origin);
    }

    /// <summary>Finds a kernel.</summary>
    /// <param name="name">The name of an <c>extern "C" __global__</c> function.</param>
    /// <exception cref="CudaException">There is none of that name.</exception>
    public CudaFunction Function(string name)
    {
        Device.MakeCurrent();
        nint function;
        int code;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            code = Driver.ModuleGetFunction(&function, Native, text);
        return code == DriverStatus.Success ? new(this, function, name) : throw Device.Error(code, "cuModuleGetFunction", $"kernel {name}");
    }

    private protected override int Free(nint freed) => Driver.ModuleUnload(freed);
}
