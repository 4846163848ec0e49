using System.Globalization;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda;

/// <summary>A call of the CUDA driver, NVRTC or a CUDA library failed.</summary>
public class CudaException : EvergraphException
{
    /// <summary>Creates the error, such as <c>cuModuleLoadData: CUDA_ERROR_INVALID_IMAGE (200): device kernel image is invalid: kernel gelu_3</c>.</summary>
    /// <param name="function">The function that failed.</param>
    /// <param name="code">What it returned.</param>
    /// <param name="codeName">The name of what it returned.</param>
    /// <param name="text">What the library says about it.</param>
    /// <param name="detail">What the call was about, where the function's name does not say it.</param>
    public CudaException(string function, int code, string codeName, string text, string? detail = null)
        : base($"{function}: {codeName} ({code.ToString(CultureInfo.InvariantCulture)}): {text}{(detail is null ? "" : $": {detail}")}")
    {
        Function = function;
        Code = code;
        CodeName = codeName;
    }

    /// <summary>The function that failed, such as <c>cuLaunchKernel</c>.</summary>
    public string Function { get; }

    /// <summary>The number that it returned.</summary>
    public int Code { get; }

    /// <summary>That number's name, such as <c>CUDA_ERROR_INVALID_VALUE</c>.</summary>
    public string CodeName { get; }
}

/// <summary>A device's memory does not hold what was asked for. The device stays usable.</summary>
public sealed class CudaOutOfMemoryException : CudaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="function">The function that failed.</param>
    /// <param name="code">What it returned.</param>
    /// <param name="codeName">The name of what it returned.</param>
    /// <param name="text">What the driver says about it.</param>
    /// <param name="askedBytes">The bytes asked for, or null where the driver itself needed them.</param>
    /// <param name="freeBytes">The device's free bytes after the failure.</param>
    /// <param name="totalBytes">The device's bytes.</param>
    /// <param name="device">The device, such as <c>device 0 (NVIDIA H200)</c>.</param>
    public CudaOutOfMemoryException(
        string function, int code, string codeName, string text, long? askedBytes, long freeBytes, long totalBytes, string device)
        : base(function, code, codeName, text, Describe(askedBytes, freeBytes, totalBytes, device))
    {
        AskedBytes = askedBytes;
        FreeBytes = freeBytes;
        TotalBytes = totalBytes;
        Device = device;
    }

    /// <summary>The bytes asked for, or null where the driver itself needed them: for a kernel's code, a launch, a graph.</summary>
    public long? AskedBytes { get; }

    /// <summary>The device's free bytes after the failure; they may lie in pieces smaller than what was asked for.</summary>
    public long FreeBytes { get; }

    /// <summary>The device's bytes.</summary>
    public long TotalBytes { get; }

    /// <summary>The device, such as <c>device 0 (NVIDIA H200)</c>.</summary>
    public string Device { get; }

    private static string Describe(long? asked, long free, long total, string device)
    {
        string wanted = asked is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes") : "memory of the driver's own";
        return string.Create(CultureInfo.InvariantCulture, $"{device}: asked for {wanted}, free {free} of {total} bytes; ")
            + "use smaller inputs or fewer calls at a time, split the model over more devices, or end other programs that use this one";
    }
}

/// <summary>
/// A device failed in a way that ends its context (an illegal address, an uncorrectable memory error, a device that fell off the bus).
/// All that lived on it is invalid: memory, streams, events, graphs and kernels. Freeing those is silent; using them throws this error
/// again. The next time the device is opened its context is made anew; where the driver cannot do this, the process must start again.
/// </summary>
public sealed class CudaDeviceLostException : CudaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="function">The function that reported it; what went wrong may be a kernel launched before.</param>
    /// <param name="code">What it returned.</param>
    /// <param name="codeName">The name of what it returned.</param>
    /// <param name="text">What the driver says about it.</param>
    /// <param name="device">The device, such as <c>device 0 (NVIDIA H200)</c>.</param>
    public CudaDeviceLostException(string function, int code, string codeName, string text, string device)
        : base(
            function, code, codeName, text,
            $"{device} is lost, and with it its memory, streams, graphs and kernels; compile the graph again, or start the process again where that fails too")
    {
        Device = device;
    }

    /// <summary>The device, such as <c>device 0 (NVIDIA H200)</c>.</summary>
    public string Device { get; }
}

/// <summary>CUDA cannot be used here: there is no library, no device, or the driver is too old.</summary>
public sealed class CudaUnavailableException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">What is missing, and what was tried.</param>
    public CudaUnavailableException(string reason)
        : base($"CUDA cannot be used: {reason}")
    {
    }
}

/// <summary>NVRTC refused a kernel's source.</summary>
public sealed class KernelCompilationException : EvergraphException
{
    private const int LogLines = 40;

    /// <summary>Creates the error.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="target">What it was compiled for, such as <c>sm_90a</c>.</param>
    /// <param name="result">What NVRTC answered, such as <c>NVRTC_ERROR_COMPILATION</c>.</param>
    /// <param name="log">NVRTC's log; the message has its first lines.</param>
    /// <param name="sourcePath">The file into which the source was written, or null.</param>
    /// <param name="sourceProblem">Why the source was not written, where it was not.</param>
    public KernelCompilationException(string kernel, string target, string result, string log, string? sourcePath, string? sourceProblem = null)
        : base($"kernel {kernel} does not compile for {target}: {result}; its source is {(sourcePath is null ? $"not kept ({sourceProblem})" : $"in {sourcePath}")}\n{FirstLines(log)}")
    {
        Kernel = kernel;
        Log = log;
        SourcePath = sourcePath;
    }

    /// <summary>The kernel's name.</summary>
    public string Kernel { get; }

    /// <summary>What was compiled, where that is known.</summary>
    internal Compilation.KernelSource? Refused { get; init; }

    /// <summary>NVRTC's whole log.</summary>
    public string Log { get; }

    /// <summary>The file into which the source was written, or null where none could be.</summary>
    public string? SourcePath { get; }

    private static string FirstLines(string log)
    {
        string[] lines = log.TrimEnd().Split('\n');
        return lines.Length <= LogLines
            ? string.Join('\n', lines)
            : $"{string.Join('\n', lines.Take(LogLines))}\n({(lines.Length - LogLines).ToString(CultureInfo.InvariantCulture)} more lines)";
    }
}

/// <summary>The memory that a graph's run needs does not fit on the device at the sizes of the call. Smaller calls still run.</summary>
public sealed class DeviceMemoryException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="need">What the run needs and which nodes need it.</param>
    /// <param name="cause">What the device said.</param>
    public DeviceMemoryException(string need, CudaOutOfMemoryException cause)
        : base($"{need}: {cause.Message}", cause)
    {
    }
}

/// <summary>A run ended with its device lost. Which step did it is not known, because steps run long after they are launched.</summary>
public sealed class DeviceRunException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="sizes">The sizes of the run, such as <c>tokens = 64</c>.</param>
    /// <param name="cause">What the device said.</param>
    public DeviceRunException(string sizes, CudaDeviceLostException cause)
        : base($"a step of the run{(sizes.Length == 0 ? "" : $" with {sizes}")} failed; to learn which node, start anew and compile with CudaOptions.Synchronous: {cause.Message}", cause)
    {
    }
}
