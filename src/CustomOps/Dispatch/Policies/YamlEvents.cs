using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// The events of a YAML file one by one. What a policy has no use for, and what makes files mean other than they look
/// or grow when they are read (anchors, aliases, tags), is refused.
/// </summary>
internal sealed class YamlEvents
{
    private readonly Parser _parser;
    private readonly Func<long, string> _origin;

    /// <param name="text">The file's text.</param>
    /// <param name="origin">How a line is named in messages.</param>
    public YamlEvents(string text, Func<long, string> origin)
    {
        _origin = origin;
        _parser = new(new StringReader(text));
        Advance();
    }

    /// <summary>The event that is next.</summary>
    public ParsingEvent Current { get; private set; } = null!;

    /// <summary>Where an event begins.</summary>
    public PolicyPlace PlaceOf(ParsingEvent node, string key = "") => new(_origin(node.Start.Line), key);

    /// <summary>Goes on where the current event is of a kind.</summary>
    public bool TryTake<T>() where T : ParsingEvent
    {
        if (Current is not T)
            return false;
        Advance();
        return true;
    }

    /// <summary>Goes on.</summary>
    public void Advance()
    {
        try
        {
            // The stream's end is the last event, and nobody goes on from there.
            _parser.MoveNext();
        }
        catch (YamlException exception)
        {
            throw new DispatchPolicyException(
                new PolicyPlace(_origin(exception.Start.Line)).Error($"this is not YAML: {exception.Message}").Message, exception);
        }

        Current = _parser.Current!;
        if (Current is AnchorAlias alias)
            throw Refused($"the alias *{alias.Value}");
        if (Current is NodeEvent { Anchor.IsEmpty: false } anchored)
            throw Refused($"the anchor &{anchored.Anchor.Value}");
        if (Current is NodeEvent { Tag.IsEmpty: false } tagged)
            throw Refused($"the tag {tagged.Tag.Value}");
    }

    private DispatchPolicyException Refused(string what) => PlaceOf(Current).Error($"expected plain values, given {what}: write the value itself");
}
