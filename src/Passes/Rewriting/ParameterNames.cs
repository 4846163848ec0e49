using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>The names of a graph's parameters while a pass adds more.</summary>
/// <param name="graph">The graph before.</param>
internal sealed class ParameterNames(TensorGraph graph)
{
    private readonly HashSet<string> _taken = graph.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>A name that no parameter has: the given one, with as many underscores behind it as that takes.</summary>
    public string New(string name)
    {
        while (!_taken.Add(name))
            name += "_";
        return name;
    }
}
