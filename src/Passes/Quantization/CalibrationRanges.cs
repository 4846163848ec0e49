using System.Diagnostics.CodeAnalysis;
using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The ranges of linear layers' inputs, by the names that their weights have in the unsplit model.</summary>
/// <param name="ranges">Each weight's name with the range of what it is multiplied by.</param>
public sealed class CalibrationRanges(IReadOnlyDictionary<string, ActivationRange> ranges)
{
    /// <summary>The ranges by weight.</summary>
    public IReadOnlyDictionary<string, ActivationRange> Ranges { get; } = new SortedDictionary<string, ActivationRange>(
        ranges.ToDictionary(), StringComparer.Ordinal);

    /// <summary>The range of a weight's input, or null where there is none.</summary>
    public ActivationRange? Find(string weight) => Ranges.GetValueOrDefault(weight);

    /// <summary>The ranges of both, joined where both have one: two calibrations over other inputs.</summary>
    public CalibrationRanges Join(CalibrationRanges other)
    {
        var joined = Ranges.ToDictionary();
        foreach (var (weight, range) in other.Ranges)
            joined[weight] = joined.TryGetValue(weight, out var known) ? known.Join(range) : range;
        return new(joined);
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="EvergraphException">There is no such file, or it holds something else; the place is named.</exception>
    public static CalibrationRanges Load(string path)
    {
        if (!File.Exists(path))
            throw new EvergraphException($"{path}: there is no such file: expected calibrated ranges (.json); run a calibration and save its ranges");
        return CalibrationText.Parse(File.ReadAllText(path), path);
    }

    /// <summary>Writes the ranges as JSON.</summary>
    public void Save(string path) => File.WriteAllText(path, CalibrationText.Print(this));

    /// <summary>Reads JSON.</summary>
    /// <exception cref="EvergraphException">The text is something else; the place is named.</exception>
    public static CalibrationRanges Parse([StringSyntax(StringSyntaxAttribute.Json)] string json) => CalibrationText.Parse(json, "calibrated ranges");

    /// <summary>The ranges as JSON.</summary>
    public string ToJson() => CalibrationText.Print(this);
}
