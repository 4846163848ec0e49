using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>Tells an implementation's failure from a caller's mistake.</summary>
/// <remarks>
/// Only what can be nothing else is the implementation's: it says so with an <see cref="ImplementationException"/>, something
/// it calls is not there or not for this machine, or native code failed. Everything else, a wrong shape above all, is thrown
/// at once: another implementation would fail as well, and this one must not be blamed for it.
/// </remarks>
public static class ImplementationFailure
{
    /// <summary>Whether an exception out of an implementation is a failure of it.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        ImplementationException => true,
        NotSupportedException or NotImplementedException => true,
        TypeInitializationException { InnerException: { } inner } => Is(inner),
        DllNotFoundException or EntryPointNotFoundException or BadImageFormatException => true,
        TypeLoadException or MissingMemberException or FileNotFoundException => true,
        ExternalException => true,
        _ => false,
    };

    /// <summary>What went wrong, in one line; of an exception that is not ours the type says more than the text.</summary>
    public static string Describe(Exception exception) => exception is EvergraphException
        ? exception.Message
        : $"{exception.GetType().Name}: {exception.Message}";
}
