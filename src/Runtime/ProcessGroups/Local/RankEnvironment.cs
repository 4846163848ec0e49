using System.Globalization;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>What the environment tells a process that is a rank.</summary>
internal sealed record RankEnvironment(string Path, int Rank, int Size, TimeSpan Timeout)
{
    /// <summary>Reads it.</summary>
    /// <param name="read">Reads a variable.</param>
    /// <exception cref="ProcessGroupException">A variable is missing or malformed.</exception>
    public static RankEnvironment Read(Func<string, string?> read)
    {
        int size = Number(read, LocalProcessGroup.RanksVariable, 1, int.MaxValue, "the number of ranks, 1 or more");
        return new(
            Text(read, LocalProcessGroup.RendezvousVariable, "the path of a socket, the same for every rank"),
            Number(read, LocalProcessGroup.RankVariable, 0, size - 1, $"this process's rank, from 0 to {size - 1}"),
            size,
            ReadTimeout(read(LocalProcessGroup.TimeoutVariable)));
    }

    private static string Text(Func<string, string?> read, string variable, string expected) => read(variable) is { Length: > 0 } text
        ? text
        : throw new ProcessGroupException($"environment variable {variable} is not set: expected {expected}; set it for every process of the group");

    private static int Number(Func<string, string?> read, string variable, int least, int most, string expected)
    {
        string text = Text(read, variable, expected);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new ProcessGroupException($"environment variable {variable} is '{text}': expected {expected}; correct it");
    }

    private static TimeSpan ReadTimeout(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return ThreadProcessGroup.DefaultTimeout;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds > 0 && seconds <= LocalProcessGroup.LongestTimeout.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ProcessGroupException(
                $"environment variable {LocalProcessGroup.TimeoutVariable} is '{text}': expected a number of seconds, more than 0 and at most {LocalProcessGroup.LongestTimeout.TotalSeconds}; correct or unset it");
    }
}
