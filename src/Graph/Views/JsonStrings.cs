using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>Writes lists of texts.</summary>
internal static class JsonStrings
{
    public static void WriteStrings(this Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
