using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Checking;

/// <summary>How many samples each implementation was given, and how many of them it declined: one that declines all was never checked.</summary>
internal sealed class DeclinedSamples
{
    private readonly SortedDictionary<string, (int Given, int Declined)> _counts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The implementations that declined every sample.</summary>
    public IEnumerable<string> Always => _counts.Where(count => count.Value.Given == count.Value.Declined).Select(count => count.Key);

    /// <summary>Counts a sample.</summary>
    public void Count(Implementation implementation, bool isDeclined)
    {
        var (given, declined) = _counts.GetValueOrDefault(implementation.Id);
        _counts[implementation.Id] = (given + 1, declined + (isDeclined ? 1 : 0));
    }
}
