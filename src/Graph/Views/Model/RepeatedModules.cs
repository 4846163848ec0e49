using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>
/// Finds sibling modules that are built the same, such as the layers of a decoder: the same operators with the same arguments and types,
/// wired the same inside, in the same modules. Names of parameters and the numbers in the module's own name do not count; where its
/// values come from outside does not either, but whether two of them are the same does.
/// </summary>
internal static class RepeatedModules
{
    /// <summary>The modules, each with the first sibling that it repeats.</summary>
    public static IReadOnlyList<ViewModule> Mark(IReadOnlyList<ViewModule> modules, IReadOnlyList<ViewNode> nodes)
    {
        var members = Members(modules, nodes);
        var looks = Looks(nodes);
        var first = new Dictionary<(int Parent, string Name, Structure), int>();
        var marked = new ViewModule[modules.Count];
        marked[0] = modules[0];
        for (int i = 1; i < modules.Count; i++)
        {
            var key = (modules[i].Parent, WithoutNumbers(modules[i].Name), StructureOf(i, members[i], modules, nodes, looks));
            marked[i] = first.TryAdd(key, i) ? modules[i] : modules[i] with { Repeats = first[key] };
        }

        return marked;
    }

    /// <summary>The nodes of each module and of those inside it, in order.</summary>
    private static List<int>[] Members(IReadOnlyList<ViewModule> modules, IReadOnlyList<ViewNode> nodes)
    {
        var members = new List<int>[modules.Count];
        for (int i = 0; i < members.Length; i++)
            members[i] = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            for (int module = nodes[i].Module; module > 0; module = modules[module].Parent)
                members[module].Add(i);
        }

        return members;
    }

    /// <summary>A number for how each node looks by itself.</summary>
    private static int[] Looks(IReadOnlyList<ViewNode> nodes)
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

    private static Structure StructureOf(int module, List<int> members, IReadOnlyList<ViewModule> modules, IReadOnlyList<ViewNode> nodes, int[] looks)
    {
        var numbers = new List<int>(members.Count * 4);
        var names = new StringBuilder();
        var place = new Dictionary<int, int>(members.Count);
        var outside = new Dictionary<(int Node, int Output), int>();
        var inner = new Dictionary<int, int> { [module] = 0 };
        for (int i = 0; i < members.Count; i++)
            place.Add(members[i], i);
        foreach (int member in members)
        {
            var node = nodes[member];
            if (!inner.TryGetValue(node.Module, out int number))
            {
                inner.Add(node.Module, number = inner.Count);
                names.Append(modules[node.Module].Path.AsSpan(modules[module].Path.Length)).Append('\n');
            }

            numbers.Add(looks[member]);
            numbers.Add(number);
            foreach (var operand in node.Operands)
            {
                if (place.TryGetValue(operand.Node, out int from))
                {
                    numbers.Add(from);
                }
                else
                {
                    if (!outside.TryGetValue((operand.Node, operand.Output), out int known))
                        outside.Add((operand.Node, operand.Output), known = outside.Count);
                    numbers.Add(~known);
                }

                numbers.Add(operand.Output);
            }

            numbers.Add(int.MinValue);
        }

        return new(names.ToString(), numbers.ToEquatableArray());
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

    /// <summary>All that two modules that repeat each other have in common.</summary>
    private readonly record struct Structure(string Names, EquatableArray<int> Numbers);
}
