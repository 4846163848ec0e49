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
        var groups = new Dictionary<(int, string), List<int>>();
        for (int i = 1; i < Modules.Count; i++)
        {
            if (_members[i].Count == 0)
                continue;
            var key = (Modules[i].Parent, WithoutNumbers(Modules[i].Name));
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = []);
            group.Add(i);
        }

        return groups.Values.Where(group => group.Count > 1);
    }

    /// <summary>A number for how each node looks by itself: names of parameters do not count.</summary>
    public static int[] LooksOf(IReadOnlyList<ViewNode> nodes)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var looks = new int[nodes.Count];
        for (int i = 0; i < looks.Length; i++)
        {
            var node = nodes[i];
            var text = new StringBuilder(node.Kind == ViewNodeKind.Parameter ? $"parameter {node.Sharding}" : $"{node.Kind} {node.Title}");
            foreach (var (name, argument) in node.Arguments)
                text.Append('\n').Append(name).Append('=').Append(argument);
            foreach (var type in node.Results)
                text.Append('\n').Append(type);
            string look = text.ToString();
            if (!known.TryGetValue(look, out looks[i]))
                known.Add(look, looks[i] = known.Count);
        }

        return looks;
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
