using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evergraph.Graph.Tests.Import;

/// <summary>Damages .pt2 files in one of many ways, the same way for the same seed.</summary>
internal sealed class Corruption
{
    private readonly (string Name, byte[] Bytes)[] _entries;
    private readonly byte[] _file;
    private readonly int _program;

    public Corruption(string path)
    {
        _file = File.ReadAllBytes(path);
        using ZipArchive zip = ZipFile.OpenRead(path);
        _entries = [.. zip.Entries.Select(static e => (e.FullName, ReadAll(e)))];
        _program = Array.FindIndex(_entries, static e => e.Name.EndsWith("/model.json", StringComparison.Ordinal) || e.Name == "serialized_exported_program.json");
    }

    /// <summary>A damaged file, and what was done.</summary>
    public (byte[] File, string What) Make(int seed)
    {
        var random = new Random(seed);
        return random.Next(10) switch
        {
            0 => (_file[..random.Next(_file.Length)], "truncated"),
            1 => (Flip(_file, random, 1 + random.Next(8)), "bytes of the file flipped"),
            2 => (FlipTail(random), "bytes of the zip directory flipped"),
            3 => (WithEntry(random.Next(_entries.Length), bytes => Flip(bytes, random, 1 + random.Next(4))), "bytes of an entry flipped"),
            4 => (WithEntry(random.Next(_entries.Length), bytes => bytes[..random.Next(bytes.Length + 1)]), "an entry shortened"),
            5 => (WithEntry(_program, bytes => Flip(bytes, random, 1 + random.Next(3))), "bytes of the program flipped"),
            _ => WithProgram(random),
        };
    }

    private static byte[] Flip(byte[] bytes, Random random, int count)
    {
        byte[] copy = [.. bytes];
        for (int i = 0; i < count && copy.Length > 0; i++)
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private byte[] FlipTail(Random random)
    {
        byte[] copy = [.. _file];
        int tail = Math.Min(copy.Length, 80 + _entries.Sum(static e => 46 + e.Name.Length));
        for (int i = 0; i < 3; i++)
            copy[copy.Length - 1 - random.Next(tail)] = (byte)random.Next(256);
        return copy;
    }

    private byte[] WithEntry(int index, Func<byte[], byte[]> change)
    {
        var zip = new ZipBuilder();
        for (int i = 0; i < _entries.Length; i++)
            zip.Add(_entries[i].Name, i == index ? change(_entries[i].Bytes) : _entries[i].Bytes);
        return zip.Build();
    }

    private (byte[], string) WithProgram(Random random)
    {
        JsonNode root = JsonNode.Parse(_entries[_program].Bytes)!;
        var what = new StringBuilder();
        // More than one change at times, so that one check does not hide the next.
        for (int changes = 1 + (random.Next(4) == 0 ? random.Next(4) : 0); changes > 0; changes--)
            what.Append(Change(root, random)).Append("; ");
        return (WithEntry(_program, _ => Encoding.UTF8.GetBytes(root.ToJsonString(new JsonSerializerOptions { MaxDepth = 5000 }))), what.ToString());
    }

    private static string Change(JsonNode root, Random random)
    {
        List<JsonNode> all = [.. Descendants(root, random)];
        if (all.Count == 0)
            return "nothing";
        JsonNode node = all[random.Next(all.Count)];
        JsonNode other = all[random.Next(all.Count)];
        string path = node.GetPath();
        switch (random.Next(9))
        {
            case 0:
                Remove(node);
                return $"removed {path}";
            case 1 when Pick(all, random, JsonValueKind.Number) is { } number:
                long[] numbers = [1L << 62, long.MaxValue, long.MinValue, -1, 0, 1, 2, 3, 1 << 20, 99];
                long value = numbers[random.Next(numbers.Length)];
                path = number.GetPath();
                number.ReplaceWith(value);
                return $"set {path} to {value}";
            case 2 when Pick(all, random, JsonValueKind.String) is { } left && Pick(all, random, JsonValueKind.String) is { } right && left != right:
                path = $"{left.GetPath()} and {right.GetPath()}";
                string text = left.GetValue<string>();
                left.ReplaceWith(right.GetValue<string>());
                right.ReplaceWith(text);
                return $"swapped {path}";
            case 3 when Pick(all, random, JsonValueKind.String) is { } renamed:
                path = renamed.GetPath();
                string[] names = ["dangling", "", "x", "s77", "u0", "Pow(Symbol('s77'), Integer(60))", "Mul(Integer(4611686018427387904), Symbol('s77'))", new('(', 300), "torch.ops.aten.relu.default", "_operator.mul"];
                string name = names[random.Next(names.Length)];
                renamed.ReplaceWith(name);
                return $"set {path} to '{name}'";
            case 4:
                JsonNode copy = other.DeepClone();
                path = $"{node.GetPath()} by {other.GetPath()}";
                Replace(node, copy);
                return $"replaced {path}";
            case 5 when Pick(all, random, JsonValueKind.Array) is JsonArray { Count: > 1 } array:
                int from = random.Next(array.Count);
                JsonNode? item = array[from];
                array.RemoveAt(from);
                array.Insert(random.Next(array.Count + 1), item);
                return $"moved an item of {array.GetPath()}";
            case 6 when Pick(all, random, JsonValueKind.Array) is JsonArray { Count: > 0 } list:
                list.Add(list[random.Next(list.Count)]?.DeepClone());
                return $"repeated an item of {list.GetPath()}";
            case 7:
                Replace(node, random.Next(3) switch { 0 => new JsonObject(), 1 => new JsonArray(), _ => Deep(300) });
                return $"emptied {path}";
            default:
                Replace(node, null);
                return $"nulled {path}";
        }
    }

    private static JsonNode? Pick(List<JsonNode> all, Random random, JsonValueKind kind)
    {
        for (int i = 0; i < 50; i++)
            if (all[random.Next(all.Count)] is var node && node.GetValueKind() == kind && node.Parent is not null)
                return node;
        return null;
    }

    private static JsonNode Deep(int depth)
    {
        JsonNode node = new JsonArray();
        for (int i = 0; i < depth; i++)
            node = new JsonArray(node);
        return node;
    }

    private static void Remove(JsonNode node)
    {
        if (node.Parent is JsonObject parent)
            parent.Remove(node.GetPropertyName());
        else if (node.Parent is JsonArray array)
            array.Remove(node);
    }

    private static void Replace(JsonNode node, JsonNode? by)
    {
        if (node.Parent is JsonObject parent)
            parent[node.GetPropertyName()] = by;
        else if (node.Parent is JsonArray array)
            array[node.GetElementIndex()] = by;
    }

    /// <summary>Everything below the root. Stack traces are most of the text and mean nothing to the graph, so few of them are given.</summary>
    private static IEnumerable<JsonNode> Descendants(JsonNode root, Random random)
    {
        var open = new Stack<JsonNode>([root]);
        while (open.TryPop(out JsonNode? node))
        {
            if (node != root)
                yield return node;
            if (node is JsonObject map)
            {
                foreach (var (name, value) in map)
                    if (value is not null && (name != "metadata" || random.Next(20) == 0))
                        open.Push(value);
            }
            else if (node is JsonArray list)
            {
                foreach (JsonNode? item in list)
                    if (item is not null)
                        open.Push(item);
            }
        }
    }

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
