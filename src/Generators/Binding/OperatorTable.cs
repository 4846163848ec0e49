using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Evergraph.Generators;

/// <summary>The operators that a layer's method can name.</summary>
/// <param name="own">Those of the assembly being compiled, which go first.</param>
/// <param name="referenced">Those of the assemblies it references.</param>
internal sealed class OperatorTable(IReadOnlyList<OperatorEntry> own, IReadOnlyList<OperatorEntry> referenced)
{
    private const int NamesShown = 3;

    /// <summary>Finds an operator; without one, the problem says what to do.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out OperatorEntry? entry, out string problem)
    {
        problem = "";
        string wanted = name.EndsWith(".default", StringComparison.Ordinal) ? name.Substring(0, name.Length - ".default".Length) : name;
        entry = own.FirstOrDefault(entry => entry.Name == wanted);
        if (entry is not null)
            return true;
        var named = referenced.Where(entry => entry.Name == wanted).ToArray();
        var visible = named.Where(entry => entry.IsVisible).ToArray();
        entry = visible.Length == 1 ? visible[0] : null;
        if (entry is not null)
            return true;
        problem = visible.Length > 1 ? $"given one in each of {string.Join(", ", visible.Select(other => other.Assembly))}: reference one of them"
            : named.Length > 0 ? $"given {named[0].Class.Replace("global::", "")}, which is internal to {named[0].Assembly}: make it public"
            : Near(wanted);
        return false;
    }

    private string Near(string wanted)
    {
        string stem = wanted.Split('.')[0];
        var near = own.Concat(referenced).Where(entry => entry.IsVisible).Select(entry => entry.Name).Distinct()
            .OrderBy(name => name.Split('.')[0] == stem ? 0 : 1 + EditDistance(name, wanted))
            .ThenBy(name => name, StringComparer.Ordinal)
            .Take(NamesShown)
            .ToArray();
        return near.Length == 0
            ? "given none at all: reference an assembly with [CustomOp] classes"
            : $"given none; the nearest are {string.Join(", ", near)}";
    }

    /// <summary>How many letters must be put in, taken out or changed to make one text of the other (Levenshtein 1966).</summary>
    private static int EditDistance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
