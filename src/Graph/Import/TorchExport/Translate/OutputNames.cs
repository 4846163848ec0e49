using System.Text.Json;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// The names of the outputs: the keys of the model's dictionaries, joined by points. The pytree spec is JSON:
/// <c>[1, {"type": "builtins.dict", "context": "[\"a\", \"b\"]", "children_spec": [leaf, leaf]}]</c>.
/// What is not understood, such as the output classes of Hugging Face, gets the flat names output0, output1, ….
/// </summary>
internal static class OutputNames
{
    private const int MaxDepth = 64;

    /// <summary>One name for each of <paramref name="count"/> outputs, all different.</summary>
    public static IReadOnlyList<string> Of(ExportedProgram program, int count)
    {
        string? spec = program.Modules.FirstOrDefault(static m => m.Path.Length == 0)?.OutputSpec;
        var names = new List<string>();
        bool understood = spec is not null && Read(spec, names) && names.Count == count && names.Distinct(StringComparer.Ordinal).Count() == count;
        return understood ? names : Flat(count);
    }

    private static string[] Flat(int count) => count == 1 ? ["output"] : [.. Enumerable.Range(0, count).Select(static i => $"output{i}")];

    private static bool Read(string spec, List<string> names)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(spec, new JsonDocumentOptions { MaxDepth = 4 * MaxDepth });
            return json.RootElement is { ValueKind: JsonValueKind.Array } root && root.GetArrayLength() == 2 && Collect(root[1], "", names, 0);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Collect(JsonElement tree, string path, List<string> names, int depth)
    {
        if (depth > MaxDepth || tree.ValueKind != JsonValueKind.Object || !tree.TryGetProperty("type", out JsonElement type))
            return false;
        if (type.ValueKind == JsonValueKind.Null)
        {
            names.Add(path.Length > 0 ? path : "output");
            return true;
        }
        if (type.ValueKind != JsonValueKind.String || !tree.TryGetProperty("children_spec", out JsonElement children) || children.ValueKind != JsonValueKind.Array)
            return false;
        string[]? keys = Keys(type.GetString()!, tree, children.GetArrayLength());
        if (keys is null)
            return false;
        int i = 0;
        foreach (JsonElement child in children.EnumerateArray())
        {
            string key = keys[i++];
            if (!Collect(child, path.Length > 0 ? $"{path}.{key}" : key, names, depth + 1))
                return false;
        }
        return true;
    }

    private static string[]? Keys(string type, JsonElement tree, int count)
    {
        if (type is "builtins.tuple" or "builtins.list")
            return [.. Enumerable.Range(0, count).Select(static i => $"output{i}")];
        if (type is not ("builtins.dict" or "collections.OrderedDict") || !tree.TryGetProperty("context", out JsonElement context) || context.ValueKind != JsonValueKind.String)
            return null;
        using JsonDocument keys = JsonDocument.Parse(context.GetString()!);
        return keys.RootElement.ValueKind == JsonValueKind.Array && keys.RootElement.GetArrayLength() == count
            ? [.. keys.RootElement.EnumerateArray().Select(static k => k.ToString())]
            : null;
    }
}
