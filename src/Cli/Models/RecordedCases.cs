using System.Text.RegularExpressions;
using Evergraph.Graph;
using Evergraph.Graph.Import.Safetensors;

namespace Evergraph.Cli.Models;

/// <summary>One recorded call: what went in and what came out.</summary>
internal sealed record RecordedCase(int Number, Tensor[] Inputs, Tensor[] Outputs);

/// <summary>Reads recorded calls: <c>case{i}.in{j}</c> and <c>case{i}.out{j}</c> of a .safetensors file.</summary>
internal static partial class RecordedCases
{
    /// <summary>The cases, by number.</summary>
    /// <exception cref="EvergraphException">The file is missing or damaged, or its names do not make whole cases.</exception>
    public static IReadOnlyList<RecordedCase> Load(FileInfo file)
    {
        if (!file.Exists)
            throw new EvergraphException($"{file}: there is no such file: expected recorded cases (.safetensors)");
        var inputs = new SortedDictionary<int, SortedDictionary<int, Tensor>>();
        var outputs = new SortedDictionary<int, SortedDictionary<int, Tensor>>();
        foreach (var entry in SafetensorsFile.Open(file.FullName).Entries)
        {
            if (Name().Match(entry.Name) is not { Success: true } match)
                throw new EvergraphException($"{file}: expected names case{{i}}.in{{j}} and case{{i}}.out{{j}}, given {entry.Name}");
            var side = match.Groups[2].ValueSpan is "in" ? inputs : outputs;
            int number = int.Parse(match.Groups[1].ValueSpan);
            if (!side.TryGetValue(number, out var tensors))
                side.Add(number, tensors = []);
            tensors.Add(int.Parse(match.Groups[3].ValueSpan), entry.ToTensor());
        }

        if (outputs.Count == 0)
            throw new EvergraphException($"{file}: there are no cases in it: expected names case{{i}}.in{{j}} and case{{i}}.out{{j}}");
        return [.. outputs.Keys.Select(number => new RecordedCase(number, InOrder(file, number, "in", inputs), InOrder(file, number, "out", outputs)))];
    }

    private static Tensor[] InOrder(FileInfo file, int number, string side, SortedDictionary<int, SortedDictionary<int, Tensor>> tensors)
    {
        if (!tensors.TryGetValue(number, out var found))
            return [];
        return found.Keys.Last() == found.Count - 1
            ? [.. found.Values]
            : throw new EvergraphException($"{file}: case {number} has {found.Count} tensors '{side}' and the last is {side}{found.Keys.Last()}: one is missing");
    }

    [GeneratedRegex(@"^case(\d{1,6})\.(in|out)(\d{1,6})$")]
    private static partial Regex Name();
}
