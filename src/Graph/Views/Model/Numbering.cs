using System.Globalization;

namespace Evergraph.Graph.Views;

/// <summary>
/// Numbers in place of texts and of sequences of them: equal ones have one number, so comparing costs no more than that. One numbering
/// serves all stages of a view, which say most things again.
/// </summary>
/// <remarks>
/// A view is made once in a process, before anything is optimized. Dictionaries keyed by our own structs would be compiled for each of
/// them; a text and a <see cref="long"/> are keys that the framework brings compiled, or compiles once.
/// </remarks>
internal sealed class Numbering
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _pairs = [];
    private readonly Dictionary<TensorType, int> _types = new(ReferenceEqualityComparer.Instance);

    // Texts and pairs are counted together: no number of the one is a number of the other.
    private int _count;

    /// <summary>The number of a text.</summary>
    public int Of(string text)
    {
        if (!_texts.TryGetValue(text, out int number))
            _texts.Add(text, number = _count++);
        return number;
    }

    /// <summary>The number of two numbers, in this order.</summary>
    public int Of(int first, int second)
    {
        long pair = ((long)first << 32) | (uint)second;
        if (!_pairs.TryGetValue(pair, out int number))
            _pairs.Add(pair, number = _count++);
        return number;
    }

    /// <summary>The number of a type. Graphs share the objects, so few types are printed more than once.</summary>
    public int Of(TensorType type)
    {
        if (!_types.TryGetValue(type, out int number))
            _types.Add(type, number = Of(type.ToString()));
        return number;
    }

    /// <summary>The number of a count, which begins a sequence of as many.</summary>
    public int OfCount(int count) => Of(count.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number of a node's arguments and of the types of its results.</summary>
    public int OfLooks(ViewNode node)
    {
        int number = OfCount(node.Arguments.Count);
        for (int i = 0; i < node.Arguments.Count; i++)
            number = Of(Of(number, Of(node.Arguments[i].Name)), Of(node.Arguments[i].Text));
        for (int i = 0; i < node.Results.Count; i++)
            number = Of(number, Of(node.Results[i]));
        return number;
    }
}
