using System;
using System.Collections.Generic;

namespace Evergraph.Generators;

/// <summary>Names for locals that no parameter of the schema has.</summary>
internal sealed class LocalNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    public string Take(string wanted)
    {
        string name = wanted;
        while (!_taken.Add(name))
            name += "_";
        return name;
    }
}
