using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evergraph.Runtime.OnnxRuntime.Native;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>Brings ONNX Runtime's messages into a log of ours. It lives as long as the session.</summary>
internal sealed unsafe class SessionLog : IDisposable
{
    private readonly ILogger _logger;
    private GCHandle _handle;

    public SessionLog(ILogger logger)
    {
        _logger = logger;
        _handle = GCHandle.Alloc(this);
    }

    /// <summary>ONNX Runtime's number of a level.</summary>
    public static OrtLoggingLevel SeverityOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => OrtLoggingLevel.ORT_LOGGING_LEVEL_VERBOSE,
        LogLevel.Information => OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO,
        LogLevel.Warning => OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
        LogLevel.Error => OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        _ => OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
    };

    /// <summary>Sends the messages of sessions of these options here.</summary>
    public void AddTo(SessionOptions options)
    {
        var api = OrtLibrary.Instance.Api;
        delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void> write = &Write;
        OrtStatus.Check(api, api.SetUserLoggingFunction(options.DangerousGetHandle(), (nint)write, GCHandle.ToIntPtr(_handle)), "setting the log");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle.IsAllocated)
            _handle.Free();
    }

    [UnmanagedCallersOnly]
    private static void Write(nint log, int severity, byte* category, byte* id, byte* place, byte* message)
    {
        var level = severity switch
        {
            0 => LogLevel.Debug,
            1 => LogLevel.Information,
            2 => LogLevel.Warning,
            3 => LogLevel.Error,
            _ => LogLevel.Critical,
        };
        try
        {
            ((SessionLog)GCHandle.FromIntPtr(log).Target!)._logger.Log(
                level, "ONNX Runtime: {Message} ({Place})", Marshal.PtrToStringUTF8((nint)message), Marshal.PtrToStringUTF8((nint)place));
        }
        catch (Exception)
        {
            // A log that throws must not take the process with it, and there is nobody here to tell.
        }
    }
}
