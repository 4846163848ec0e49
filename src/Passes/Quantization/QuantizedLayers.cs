using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Which linear layers of a model are quantised, by the names of their modules.</summary>
/// <param name="entries">
/// Name patterns as in <see cref="TensorParallelPlan"/>: trailing segments of a module path, where <c>*</c> stands for any one
/// segment. The first that matches decides; a layer that no entry names is quantised. A lone <c>*</c> names every layer.
/// </param>
public sealed class QuantizedLayers(params IReadOnlyList<(string Pattern, bool Included)> entries)
{
    /// <summary>
    /// All but the head: its errors are the logits' own, no later norm or residual dampens them, and they can change which
    /// token is greatest. It is one layer of many, so leaving it costs little speed.
    /// </summary>
    public static QuantizedLayers Default { get; } = new(("lm_head", false));

    /// <summary>Every layer, the head too.</summary>
    public static QuantizedLayers All { get; } = new();

    /// <summary>The entries, in order.</summary>
    public IReadOnlyList<(string Pattern, bool Included)> Entries { get; } = entries;

    /// <summary>Reads a filter: one entry a line, <c>include PATTERN</c> or <c>exclude PATTERN</c>; <c>#</c> starts a comment.</summary>
    /// <exception cref="EvergraphException">A line is neither; it is named.</exception>
    public static QuantizedLayers Parse(string text)
    {
        var entries = new List<(string, bool)>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string[] words = lines[i].Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (words is not [("include" or "exclude") and var verb, var pattern])
                throw new EvergraphException($"quantised layers, line {i + 1}: expected 'include PATTERN' or 'exclude PATTERN', given '{string.Join(' ', words)}'");
            entries.Add((pattern, verb == "include"));
        }

        return new(entries);
    }

    /// <summary>Whether a layer is quantised.</summary>
    /// <param name="names">
    /// The layer's names: its weight's module and its own, which differ where weights are tied. An entry matches by any.
    /// </param>
    public bool Includes(params ReadOnlySpan<string> names)
    {
        foreach (var (pattern, included) in Entries)
        {
            foreach (string name in names)
            {
                if (ModulePattern.Matches(name, pattern))
                    return included;
            }
        }

        return true;
    }
}
