using System.Globalization;

namespace Evergraph.Cli.Benchmarking;

/// <summary>The most memory that the process had in RAM while something ran, mapped files included. Known on Linux only.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string ClearReferences = "/proc/self/clear_refs";

    /// <summary>Runs something.</summary>
    /// <returns>By how many bytes the peak was above what the process had before, or null where it cannot be known.</returns>
    public static long? Of(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        bool known = OperatingSystem.IsLinux() && TryResetPeak();
        long before = known ? Read("VmRSS:") : 0;
        action();
        return known ? Read("VmHWM:") - before : null;
    }

    private static bool TryResetPeak()
    {
        try
        {
            File.WriteAllText(ClearReferences, "5");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Read(string key)
    {
        string line = File.ReadLines(Status).First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(key.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
