using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>
/// Calibrated ranges as JSON:
/// <c>{"format": "evergraph-calibration", "version": 1, "ranges": {"layers.0.up_proj.weight": {"min": -1.5, "max": 2.0}}}</c>.
/// </summary>
internal static class CalibrationText
{
    private const string Format = "evergraph-calibration";
    private const int Version = 1;

    public static string Print(CalibrationRanges ranges)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            json.WriteStartObject("ranges");
            foreach (var (weight, range) in ranges.Ranges)
            {
                json.WriteStartObject(weight);
                json.WriteNumber("min", range.Min);
                json.WriteNumber("max", range.Max);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <param name="text">The text.</param>
    /// <param name="source">What errors call it: the file's path.</param>
    public static CalibrationRanges Parse(string text, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var members = Members(document.RootElement, source, "the document", "format", "version", "ranges");
            if (members["format"] is not { ValueKind: JsonValueKind.String } format || format.GetString() != Format)
                throw Fault(source, "format", $"\"{Format}\"", members["format"].GetRawText(), "name a file that a calibration wrote");
            if (members["version"] is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out int version) || version != Version)
                throw Fault(source, "version", $"{Version}", members["version"].GetRawText(), "calibrate again with this version of Evergraph");
            var ranges = new Dictionary<string, ActivationRange>(StringComparer.Ordinal);
            foreach (var (weight, range) in Members(members["ranges"], source, "ranges"))
                ranges.Add(weight, Range(range, source, $"ranges of {weight}"));
            return new(ranges);
        }
        catch (JsonException exception)
        {
            throw new EvergraphException(
                $"{source}: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: expected JSON as a calibration writes it, given something else; calibrate again", exception);
        }
    }

    private static ActivationRange Range(JsonElement element, string source, string place)
    {
        var members = Members(element, source, place, "min", "max");
        double min = Number(members["min"], source, $"{place}, min"), max = Number(members["max"], source, $"{place}, max");
        return min <= max ? new(min, max) : throw Fault(source, place, "min ≤ max", element.GetRawText(), "exchange them or calibrate again");
    }

    private static double Number(JsonElement element, string source, string place) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Fault(source, place, "a finite number", element.GetRawText(), "calibrate again");

    /// <summary>The members of an object, each once; exactly these where some are named.</summary>
    private static Dictionary<string, JsonElement> Members(JsonElement element, string source, string place, params string[] names)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Fault(source, place, "an object", element.GetRawText(), "calibrate again");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value))
                throw Fault(source, place, $"{member.Name} once", "it twice", "delete one of the two");
            if (names.Length > 0 && !names.Contains(member.Name))
                throw Fault(source, place, $"the members {string.Join(", ", names)}", member.Name, "delete it or calibrate again");
        }

        foreach (string name in names)
        {
            if (!members.ContainsKey(name))
                throw Fault(source, place, $"a member {name}", "none", "calibrate again");
        }

        return members;
    }

    private static EvergraphException Fault(string source, string place, string expected, string given, string remedy) =>
        new($"{source}: {place}: expected {expected}, given {(given.Length > 60 ? given[..60] + "…" : given)}; {remedy}");
}
