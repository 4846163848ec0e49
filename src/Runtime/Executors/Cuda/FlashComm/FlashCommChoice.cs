using System.Globalization;
using System.Text;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>What one way to run a layer took at one number of tokens.</summary>
/// <param name="Variant">The way.</param>
/// <param name="Microseconds">The slowest rank's time.</param>
internal readonly record struct VariantTime(FlashCommVariant Variant, double Microseconds);

/// <summary>Decides by the number of tokens how a layer runs; the same on every rank. Immutable.</summary>
internal sealed class FlashCommChoice
{
    // Where nothing was measured: below this a second chunk costs more than it hides, on two H200 for layers of 4096.
    private const long ChunksFrom = 4096;

    // What is hardly faster is not worth the more complicated way.
    private const double Gain = 0.98;

    private readonly long? _threshold;
    private readonly FlashCommVariant[] _usual;
    private readonly (long Tokens, VariantTime[] Times)[] _measured;

    private FlashCommChoice(long? threshold, FlashCommVariant[] usual, (long, VariantTime[])[] measured) => (_threshold, _usual, _measured) = (threshold, usual, measured);

    /// <summary>Overlap above a number of tokens, in the usual way of a layer, or in a given one that it has.</summary>
    public static FlashCommChoice ByThreshold(long threshold, LayerShape shape, FlashCommVariant? given = null)
    {
        var variants = shape.Variants;
        var few = new FlashCommVariant(shape.IsPacked ? FlashCommWay.Fused : shape.IsRow ? FlashCommWay.SlotCopies : FlashCommWay.Copies, 1) { IsPacked = shape.IsPacked };
        FlashCommVariant[] usual = [few, new(FlashCommWay.Copies, 2) { IsPacked = shape.IsPacked }];
        return new(threshold, given is { } known && variants.Contains(known) ? [known, known] : usual, []);
    }

    /// <summary>The fastest of what was measured near a number of tokens.</summary>
    /// <param name="measured">Numbers of tokens, ascending, with the time of each way, the one without overlap first.</param>
    /// <param name="threshold">Overlap only and always above so many tokens; null to overlap where it is faster.</param>
    /// <param name="shape">The layer.</param>
    public static FlashCommChoice ByTime(IReadOnlyList<(long Tokens, VariantTime[] Times)> measured, long? threshold, LayerShape shape) =>
        measured.Count == 0 ? ByThreshold(threshold ?? CustomOps.Layers.FlashCommOptions.DefaultThreshold, shape) : new(threshold, [], [.. measured]);

    /// <summary>The way for a number of tokens, all batches together.</summary>
    public FlashCommVariant Of(long tokens)
    {
        if (tokens <= (_threshold ?? 0))
            return FlashCommVariant.InTurn;
        if (_measured.Length == 0)
            return _usual[tokens >= ChunksFrom ? 1 : 0];

        // Between two numbers that were measured the nearer one counts, on a logarithmic scale.
        int at = 0;
        while (at + 1 < _measured.Length && (double)tokens * tokens > (double)_measured[at].Tokens * _measured[at + 1].Tokens)
            at++;
        return Best(_measured[at].Times);
    }

    /// <summary>For people: the way chosen for each number of tokens, with the times of all.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_threshold is { } threshold ? string.Create(CultureInfo.InvariantCulture, $"overlaps above {threshold} tokens") : "overlaps where it is faster");
        foreach (var (tokens, times) in _measured)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {tokens,6} tokens: {Of(tokens)} (");
            text.AppendJoin(", ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Variant} {time.Microseconds:0.0} µs"))).Append(')');
        }

        return text.ToString();
    }

    private FlashCommVariant Best(VariantTime[] times)
    {
        var best = _threshold is null ? times[0] : new VariantTime(default, double.PositiveInfinity);
        foreach (var time in times.AsSpan()[1..])
        {
            if (time.Microseconds < best.Microseconds * (best.Variant.Overlaps ? 1 : Gain))
                best = time;
        }

        return best.Variant.Overlaps || _threshold is null ? best.Variant : times[0].Variant;
    }
}
