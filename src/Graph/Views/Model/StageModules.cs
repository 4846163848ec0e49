using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>What modules of a stage are compared by: how nodes look by themselves, what is inside each module, and which are siblings.</summary>
internal sealed class StageModules
{
    private readonly ModuleBody?[] _bodies;
    private readonly List<int>[] _members;

    public StageModules(IReadOnlyList<ViewModule> modules, IReadOnlyList<ViewNode> nodes, int[] looks)
    {
        Modules = modules;
        Nodes = nodes;
        Looks = looks;
        _bodies = new ModuleBody?[modules.Count];
        _members = new List<int>[modules.Count];
        for (int i = 0; i < _members.Length; i++)
            _members[i] = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            for (int module = nodes[i].Module; module > 0; module = modules[module].Parent)
                _members[module].Add(i);
        }
    }

    public IReadOnlyList<ViewModule> Modules { get; }

    public IReadOnlyList<ViewNode> Nodes { get; }

    /// <summary>A number for how each node looks by itself.</summary>
    public int[] Looks { get; }

    /// <summary>A module with all that is inside.</summary>
    public ModuleBody Body(int module) => _bodies[module] ??= new(module, _members[module], this);

    /// <summary>
    /// The modules of one parent that are named alike but for numbers, two or more; in order, and those that hold others first. A module in
    /// which nothing is left is none of them.
    /// </summary>
    public IEnumerable<List<int>> Siblings()
    {
        var groups = new List<List<int>>();
        var known = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 1; i < Modules.Count; i++)
        {
            if (_members[i].Count == 0)
                continue;
            string key = $"{Modules[i].Parent} {WithoutNumbers(Modules[i].Name)}";
            if (!known.TryGetValue(key, out var group))
            {
                known.Add(key, group = []);
                groups.Add(group);
            }

            group.Add(i);
        }

        return groups.Where(group => group.Count > 1);
    }

    /// <summary>A number for how each node looks by itself: names of parameters do not count.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="looks">The number of each one's arguments and types.</param>
    /// <param name="numbering">What gave those.</param>
    public static int[] LooksOf(IReadOnlyList<ViewNode> nodes, int[] looks, Numbering numbering)
    {
        int[] named = new int[looks.Length];
        for (int i = 0; i < named.Length; i++)
        {
            var node = nodes[i];
            int kind = numbering.Of(node.Kind.Word());
            named[i] = numbering.Of(numbering.Of(kind, numbering.Of(node.Kind == ViewNodeKind.Parameter ? node.Sharding ?? "" : node.Title)), looks[i]);
        }

        return named;
    }

    private static string WithoutNumbers(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (!char.IsAsciiDigit(c))
                text.Append(c);
            else if (text.Length == 0 || text[^1] != '#')
                text.Append('#');
        }

        return text.ToString();
    }
}
