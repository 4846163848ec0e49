using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>Reads the keys of a policy from a YAML file's events.</summary>
internal sealed class PolicyFileReader
{
    private readonly YamlEvents _events;
    private readonly PolicySourceBuilder _source;
    private readonly string _folder;

    /// <param name="events">The file.</param>
    /// <param name="source">Takes what the file says.</param>
    /// <param name="folder">The folder that plugins' paths start from.</param>
    public PolicyFileReader(YamlEvents events, PolicySourceBuilder source, string folder) => (_events, _source, _folder) = (events, source, folder);

    /// <summary>Reads the file to its end.</summary>
    public void Read()
    {
        _events.TryTake<StreamStart>();
        if (_events.TryTake<DocumentStart>())
        {
            if (_events.Current is MappingStart)
                ReadMapping("a key", ReadKey);
            else if (!IsEmpty(_events.Current))
                throw _events.PlaceOf(_events.Current).Error($"expected keys with values, such as 'prefer: vendor', given {Describe(_events.Current)}");
            else
                _events.Advance();
            _events.TryTake<DocumentEnd>();
        }

        if (_events.Current is DocumentStart second)
            throw _events.PlaceOf(second).Error("expected one document, given a second: remove it, or put its keys into the first");
    }

    private void ReadKey(string key, ParsingEvent node)
    {
        var place = _events.PlaceOf(node, key);
        switch (key)
        {
            case PolicyKey.Prefer:
                _source.SetPrefer(PolicyValues.Prefer(TakeText(place, "default, vendor or reference"), place), place);
                break;
            case PolicyKey.Strict:
                _source.SetStrict(PolicyValues.Switch(TakeText(place, "true or false"), place), place);
                break;
            case PolicyKey.PerOperator:
                ReadOrders(place);
                break;
            case PolicyKey.AllowVendors:
                _source.SetAllowVendors(TakeVendors(place), place);
                break;
            case PolicyKey.DenyVendors:
                _source.SetDenyVendors(TakeVendors(place), place);
                break;
            case PolicyKey.Plugins:
                _source.SetPlugins([.. TakeList(place, "a list of paths", "a path", (text, at) => PolicyValues.Plugin(text, _folder, at))], place);
                break;
            default:
                throw _events.PlaceOf(node).Error(
                    $"expected one of the keys {string.Join(", ", PolicyKey.All)}, given {PolicyPlace.Quote(key)}{NearestNames.Hint(key, PolicyKey.All)}");
        }
    }

    private void ReadOrders(PolicyPlace place)
    {
        if (_events.Current is not MappingStart)
            throw WrongKind(place, "operators with their orders, such as 'rms_norm: [vendor, default]'");
        ReadMapping("the name of an operator", (name, node) =>
        {
            const string Expected = "a list of tokens, such as [vendor:ascend, default], or 'vendor:ascend|default'";
            var at = _events.PlaceOf(node, $"{PolicyKey.PerOperator} {PolicyPlace.Excerpt(name)}");
            var order = _events.Current is Scalar
                ? OperatorOrder.Parse(TakeText(at, Expected), at)
                : new OperatorOrder([.. TakeList(at, Expected, "a token, such as vendor:ascend without a blank after the colon", OrderToken.Parse)], at);
            _source.AddOrder(name, order, at);
        });
    }

    private EquatableArray<string> TakeVendors(PolicyPlace place)
    {
        const string Expected = "a list of vendors, or [] for none";
        return _events.Current is Scalar ? VendorNames.ParseList(TakeText(place, Expected), place) : [.. TakeList(place, Expected, "the name of a vendor", VendorNames.Parse)];
    }

    /// <summary>Reads a mapping whose keys are texts, each at most once.</summary>
    private void ReadMapping(string expectedKey, Action<string, ParsingEvent> readValue)
    {
        var lines = new Dictionary<string, PolicyPlace>(StringComparer.Ordinal);
        _events.Advance();
        while (!_events.TryTake<MappingEnd>())
        {
            var key = _events.Current;
            if (key is not Scalar { Value: var text } || IsEmpty(key))
                throw _events.PlaceOf(key).Error($"expected {expectedKey}, given {Describe(key)}");
            if (!lines.TryAdd(text, _events.PlaceOf(key)))
                throw _events.PlaceOf(key).Error($"{PolicyPlace.Quote(text)} is given twice, first at {lines[text].Origin}: keep one");
            _events.Advance();
            readValue(text, key);
        }
    }

    private List<T> TakeList<T>(PolicyPlace place, string expected, string expectedItem, Func<string, PolicyPlace, T> parse)
    {
        if (_events.Current is not SequenceStart)
            throw WrongKind(place, expected);
        _events.Advance();
        var items = new List<T>();
        while (!_events.TryTake<SequenceEnd>())
        {
            var at = place with { Origin = _events.PlaceOf(_events.Current).Origin };
            items.Add(parse(TakeText(at, expectedItem), at));
        }

        return items;
    }

    private string TakeText(PolicyPlace place, string expected)
    {
        if (_events.Current is not Scalar scalar || IsNull(scalar))
            throw WrongKind(place, expected);
        _events.Advance();
        return scalar.Value;
    }

    private DispatchPolicyException WrongKind(PolicyPlace place, string expected) => place.Error(
        $"expected {expected}, given {Describe(_events.Current)}{(IsNull(_events.Current) ? ": give a value or remove the key" : "")}");

    private static string Describe(ParsingEvent node) => node switch
    {
        MappingStart => "a mapping",
        SequenceStart => "a list",
        Scalar scalar => IsNull(scalar) ? "no value" : PolicyPlace.Quote(scalar.Value),
        _ => "no value",
    };

    private static bool IsEmpty(ParsingEvent node) => node is Scalar { Style: ScalarStyle.Plain, Value: "" };

    /// <summary>YAML's own spellings of no value. A vendor of such a name can be quoted.</summary>
    private static bool IsNull(ParsingEvent node) => node is Scalar { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };
}
