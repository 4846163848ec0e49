using System.Runtime.InteropServices;

namespace Evergraph.Runtime.OnnxRuntime.Native;

/// <summary>Statuses: what a C function answers. Success is 0; anything else has a message and must be released.</summary>
internal static unsafe class OrtStatus
{
    private const int Fail = 1;

    /// <summary>Does nothing on success.</summary>
    /// <param name="api">The functions.</param>
    /// <param name="status">The answer; released.</param>
    /// <param name="place">What was asked, for the error.</param>
    /// <exception cref="OnnxRuntimeException">It failed.</exception>
    public static void Check(OrtFunctions api, nint status, string place)
    {
        if (status != 0)
            throw new OnnxRuntimeException(place, TakeMessage(api, status));
    }

    /// <summary>Whether it succeeded; a failure is released and forgotten, where it only answers a question.</summary>
    public static bool Succeeded(OrtFunctions api, nint status)
    {
        if (status == 0)
            return true;
        api.ReleaseStatus(status);
        return false;
    }

    /// <summary>The message of a failure, which is released.</summary>
    public static string TakeMessage(OrtFunctions api, nint status)
    {
        string message = Marshal.PtrToStringUTF8((nint)api.GetErrorMessage(status)) ?? "no message";
        api.ReleaseStatus(status);
        return message;
    }

    /// <summary>A failure to return to ONNX Runtime, which releases it.</summary>
    public static nint Of(OrtFunctions api, string message)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(message);
        try
        {
            return api.CreateStatus(Fail, (byte*)text);
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }
}
