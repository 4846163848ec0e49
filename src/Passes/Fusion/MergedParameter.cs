using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Parameters one below the other along their first axis.</summary>
internal static class MergedParameter
{
    /// <summary>The parameter of all rows. Of parameters that are cut, each rank's part is its parts one below the other.</summary>
    /// <param name="parts">Alike in everything but the size of the first axis and the numbers.</param>
    /// <param name="names">Gives the new one its name.</param>
    public static GraphParameter Of(EquatableArray<GraphParameter> parts, ParameterNames names)
    {
        var first = parts[0];
        int ranks = first.Sharding?.Parts ?? 1;
        long[] sizes = first.Data.Sizes.ToArray();
        sizes[0] = parts.Sum(part => part.Data.Sizes[0]);
        var pieces = new List<(Storage, long, long)>();
        for (int rank = 0; rank < ranks; rank++)
        {
            foreach (var part in parts)
            {
                long length = part.Data.ByteCount / ranks;
                pieces.Add((part.Data.Storage, part.Data.ByteOffset + (rank * length), length));
            }
        }

        var data = new Tensor(first.Data.DType, sizes, Storage.Join([.. pieces]));
        var type = data.Type with { Shape = data.Shape.With(0, sizes[0] / ranks) };
        return new(names.New(NameOf(parts)), type, data, first.Sharding);
    }

    // layers.0.q_proj.weight and layers.0.k_proj.weight are layers.0.q_proj+k_proj.weight.
    private static string NameOf(EquatableArray<GraphParameter> parts)
    {
        string[][] words = [.. parts.Select(part => part.Name.Split('.'))];
        int shortest = words.Min(name => name.Length), head = 0, tail = 0;
        while (head < shortest && words.All(name => name[head] == words[0][head]))
            head++;
        while (tail < shortest - head && words.All(name => name[^(tail + 1)] == words[0][^(tail + 1)]))
            tail++;
        string middle = string.Join("+", words.Select(name => string.Join(".", name[head..^tail])));
        return string.Join(".", [.. words[0][..head], middle, .. words[0][^tail..]]);
    }
}
