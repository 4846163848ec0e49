using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>A module with all that is inside, as seen from it: where its nodes are and how they are wired does not depend on where it is.</summary>
internal sealed class ModuleBody
{
    private readonly Dictionary<int, int> _places;

    /// <param name="module">The module.</param>
    /// <param name="members">The nodes anywhere inside, in the graph's order.</param>
    /// <param name="stage">All nodes and modules.</param>
    public ModuleBody(int module, IReadOnlyList<int> members, StageModules stage)
    {
        Module = module;
        Members = members;
        Stage = stage;
        _places = new(members.Count);
        for (int i = 0; i < members.Count; i++)
            _places.Add(members[i], i);
        Structure = FindStructure();
    }

    public int Module { get; }

    public IReadOnlyList<int> Members { get; }

    public StageModules Stage { get; }

    /// <summary>Equal for modules that are built the same.</summary>
    public ModuleStructure Structure { get; }

    /// <summary>Which of the members gives an operand, or −1 where it comes from outside.</summary>
    public int PlaceOf(ViewOperand operand) => _places.GetValueOrDefault(operand.Node, -1);

    /// <summary>The path of a node's module, from this one.</summary>
    public string PathOf(int node) => Stage.Modules[Stage.Nodes[node].Module].Path[Stage.Modules[Module].Path.Length..];

    // Where values come from outside does not count, but whether two of them are the same does.
    private ModuleStructure FindStructure()
    {
        var numbers = new List<int>(Members.Count * 4);
        var names = new StringBuilder();
        var outside = new Dictionary<long, int>();
        var inner = new Dictionary<int, int> { [Module] = 0 };
        foreach (int member in Members)
        {
            var node = Stage.Nodes[member];
            if (!inner.TryGetValue(node.Module, out int number))
            {
                inner.Add(node.Module, number = inner.Count);
                names.Append(PathOf(member)).Append('\n');
            }

            numbers.Add(Stage.Looks[member]);
            numbers.Add(number);
            foreach (var operand in node.Operands)
            {
                int from = PlaceOf(operand);
                if (from < 0)
                {
                    if (!outside.TryGetValue(operand.Value, out int known))
                        outside.Add(operand.Value, known = outside.Count);
                    from = ~known;
                }

                numbers.Add(from);
                numbers.Add(operand.Output);
            }

            numbers.Add(int.MinValue);
        }

        return new(names.ToString(), EquatableArray<int>.Own([.. numbers]));
    }
}

/// <summary>All that two modules that repeat each other have in common.</summary>
/// <param name="Names">The paths of the modules inside.</param>
/// <param name="Numbers">How each node looks, in which module it is, and where its operands come from.</param>
internal sealed record ModuleStructure(string Names, EquatableArray<int> Numbers);
