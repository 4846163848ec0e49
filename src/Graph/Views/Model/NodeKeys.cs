namespace Evergraph.Graph.Views;

/// <summary>
/// Gives nodes their keys, so that a node that a pass leaves alone or changes has the same key before and after. A pass that removes the
/// first of two multiplications of a module must not seem to have changed it and removed the second: so nodes are not just counted.
/// </summary>
/// <remarks>
/// Nodes of one operator at one place of the model are matched with those of the stage before: first with the same arguments, types and
/// kinds of operands, then with the same arguments and types, then what remains; in order each time. What finds no partner is new.
/// </remarks>
internal sealed class NodeKeys(Numbering numbering)
{
    // How many keys were given to a module's nodes of one title, by the number of the two.
    private readonly Dictionary<int, int> _used = [];
    private string[] _keysBefore = [];
    private Signatures _before = new(0);

    /// <summary>Sets the keys of a stage's nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="modules">The modules that compute them.</param>
    /// <param name="looks">The number of each node's arguments and types.</param>
    public void Assign(List<ViewNode> nodes, IReadOnlyList<ViewModule> modules, int[] looks)
    {
        var signatures = Sign(nodes, modules, looks);
        int[] partners = new int[nodes.Count];
        Array.Fill(partners, -1);
        bool[] isTaken = new bool[_keysBefore.Length];
        Match(_before.Exact, signatures.Exact, partners, isTaken);
        Match(_before.Looks, signatures.Looks, partners, isTaken);
        Match(_before.Places, signatures.Places, partners, isTaken);
        string[] keys = new string[nodes.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = partners[i] >= 0 ? _keysBefore[partners[i]] : NewKey(nodes[i], modules);
            nodes[i].Key = keys[i];
        }

        _keysBefore = keys;
        _before = signatures;
    }

    // First come, first served: of the nodes before, those of one signature are a list in the order of the graph.
    private static void Match(int[] before, int[] now, int[] partners, bool[] isTaken)
    {
        var first = new Dictionary<int, int>(before.Length);
        int[] next = new int[before.Length];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            if (isTaken[i])
                continue;
            next[i] = first.GetValueOrDefault(before[i], -1);
            first[before[i]] = i;
        }

        for (int i = 0; i < now.Length; i++)
        {
            if (partners[i] >= 0 || !first.TryGetValue(now[i], out int partner) || partner < 0)
                continue;
            partners[i] = partner;
            isTaken[partner] = true;
            first[now[i]] = next[partner];
        }
    }

    private Signatures Sign(List<ViewNode> nodes, IReadOnlyList<ViewModule> modules, int[] looks)
    {
        var signatures = new Signatures(nodes.Count);
        int[] titles = new int[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
            titles[i] = numbering.Of(nodes[i].Title);
        for (int i = 0; i < nodes.Count; i++)
        {
            int place = numbering.Of(numbering.Of(KindOf(nodes[i])), numbering.Of(ModuleOf(nodes[i], modules)));
            place = numbering.Of(numbering.Of(place, titles[i]), numbering.Of(nodes[i].Source));
            int look = numbering.Of(place, looks[i]);
            int exact = numbering.Of(look, numbering.OfCount(nodes[i].Operands.Count));
            for (int n = 0; n < nodes[i].Operands.Count; n++)
                exact = numbering.Of(exact, titles[nodes[i].Operands[n].Node]);
            signatures.Places[i] = place;
            signatures.Looks[i] = look;
            signatures.Exact[i] = exact;
        }

        return signatures;
    }

    private string NewKey(ViewNode node, IReadOnlyList<ViewModule> modules)
    {
        string module = ModuleOf(node, modules);
        int place = numbering.Of(numbering.Of(module), numbering.Of(node.Title));
        int occurrence = _used.GetValueOrDefault(place);
        _used[place] = occurrence + 1;
        return $"{module}|{KindOf(node)}|{node.Title}|{occurrence}";
    }

    // A parameter's name is its place; the module that it is drawn in may change.
    private static string ModuleOf(ViewNode node, IReadOnlyList<ViewModule> modules) =>
        node.Kind is ViewNodeKind.Input or ViewNodeKind.Parameter or ViewNodeKind.Output ? "" : modules[node.Module].Path;

    private static string KindOf(ViewNode node) => node.Kind switch
    {
        ViewNodeKind.Input => "input",
        ViewNodeKind.Parameter => "parameter",
        ViewNodeKind.Output => "output",
        _ => "operator",
    };

    /// <summary>Numbers by which the nodes of a stage are matched, the strictest last.</summary>
    private sealed class Signatures(int nodes)
    {
        public int[] Places { get; } = new int[nodes];

        public int[] Looks { get; } = new int[nodes];

        public int[] Exact { get; } = new int[nodes];
    }
}
