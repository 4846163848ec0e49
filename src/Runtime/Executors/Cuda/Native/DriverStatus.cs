using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>What functions of the driver return: 0 is success, all else has a name and a text.</summary>
internal static unsafe class DriverStatus
{
    public const int Success = 0;
    public const int OutOfMemory = 2;
    public const int NoDevice = 100;
    public const int NotReady = 600;
    public const int PeerAccessAlreadyEnabled = 704;

    /// <summary>Does nothing on success. For calls that concern no device; <c>CudaDevice.Check</c> is for the others.</summary>
    /// <exception cref="CudaException">The call failed.</exception>
    public static void Check(int code, string function)
    {
        if (code != Success)
            throw new CudaException(function, code, Name(code), Text(code));
    }

    /// <summary>
    /// Whether a result says that the context is gone: the driver's manual says of these that all further work in it returns the same error.
    /// </summary>
    public static bool IsDeviceLost(int code) => code is
        46 // DEVICE_UNAVAILABLE
        or 214 // ECC_UNCORRECTABLE
        or 220 // NVLINK_UNCORRECTABLE
        or 226 // CONTAINED
        or 700 // ILLEGAL_ADDRESS
        or 702 // LAUNCH_TIMEOUT
        or 709 // CONTEXT_IS_DESTROYED
        or 710 // ASSERT
        or 714 // HARDWARE_STACK_ERROR
        or 715 // ILLEGAL_INSTRUCTION
        or 716 // MISALIGNED_ADDRESS
        or 717 // INVALID_ADDRESS_SPACE
        or 718 // INVALID_PC
        or 719 // LAUNCH_FAILED
        or 721; // TENSOR_MEMORY_LEAK

    /// <summary>A result's name, such as <c>CUDA_ERROR_INVALID_VALUE</c>.</summary>
    public static string Name(int code)
    {
        byte* text;
        return Driver.GetErrorName(code, &text) == Success ? Read(text) : "an error unknown to this driver";
    }

    /// <summary>What the driver says about a result, such as <c>invalid argument</c>.</summary>
    public static string Text(int code)
    {
        byte* text;
        return Driver.GetErrorString(code, &text) == Success ? Read(text) : "no description";
    }

    private static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
