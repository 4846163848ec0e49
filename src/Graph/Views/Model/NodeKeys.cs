using System.Text;

namespace Evergraph.Graph.Views;

/// <summary>
/// Gives nodes their keys, so that a node that a pass leaves alone or changes has the same key before and after. A pass that removes the
/// first of two multiplications of a module must not seem to have changed it and removed the second: so nodes are not just counted.
/// </summary>
/// <remarks>
/// Nodes of one operator at one place of the model are matched with those of the stage before: first with the same arguments, types and
/// kinds of operands, then with the same arguments and types, then what remains; in order each time. What finds no partner is new.
/// </remarks>
internal sealed class NodeKeys
{
    private readonly Dictionary<(string Module, string Title), int> _used = [];
    private List<Entry> _before = [];

    /// <summary>Sets the keys of a stage's nodes.</summary>
    public void Assign(List<ViewNode> nodes, IReadOnlyList<ViewModule> modules)
    {
        var entries = new List<Entry>(nodes.Count);
        for (int i = 0; i < nodes.Count; i++)
            entries.Add(new(nodes[i], modules, nodes));
        Match(entries, static entry => (entry.Place, entry.Looks + entry.Operands));
        Match(entries, static entry => (entry.Place, entry.Looks));
        Match(entries, static entry => (entry.Place, ""));
        for (int i = 0; i < nodes.Count; i++)
            nodes[i] = nodes[i] with { Key = entries[i].Key ??= NewKey(entries[i].Place) };
        _before = entries;
        foreach (var entry in entries)
            entry.IsTaken = false;
    }

    private void Match(List<Entry> entries, Func<Entry, (Place, string)> signature)
    {
        var free = new Dictionary<(Place, string), Queue<Entry>>();
        foreach (var entry in _before.Where(entry => !entry.IsTaken))
        {
            if (!free.TryGetValue(signature(entry), out var queue))
                free.Add(signature(entry), queue = new());
            queue.Enqueue(entry);
        }

        foreach (var entry in entries.Where(entry => entry.Key is null))
        {
            if (!free.TryGetValue(signature(entry), out var queue) || !queue.TryDequeue(out var partner))
                continue;
            entry.Key = partner.Key;
            partner.IsTaken = true;
        }
    }

    private string NewKey(Place place)
    {
        int occurrence = _used.GetValueOrDefault((place.Module, place.Title));
        _used[(place.Module, place.Title)] = occurrence + 1;
        return $"{place.Module}|{place.Kind}|{place.Title}|{occurrence}";
    }

    private readonly record struct Place(string Kind, string Module, string Title, string Source);

    private sealed class Entry
    {
        public Entry(ViewNode node, IReadOnlyList<ViewModule> modules, List<ViewNode> nodes)
        {
            // A parameter's name is its place; the module that it is drawn in may change.
            string module = node.Kind is ViewNodeKind.Input or ViewNodeKind.Parameter or ViewNodeKind.Output ? "" : modules[node.Module].Path;
            string kind = node.Kind switch
            {
                ViewNodeKind.Input => "input",
                ViewNodeKind.Parameter => "parameter",
                ViewNodeKind.Output => "output",
                _ => "operator",
            };
            Place = new(kind, module, node.Title, node.Source);
            var looks = new StringBuilder();
            foreach (var (name, text) in node.Arguments)
                looks.Append(name).Append('=').Append(text).Append('\n');
            foreach (var type in node.Results)
                looks.Append(type).Append('\n');
            Looks = looks.ToString();
            Operands = string.Join('\n', node.Operands.Select(operand => nodes[operand.Node].Title));
        }

        public Place Place { get; }

        public string Looks { get; }

        public string Operands { get; }

        public string? Key { get; set; }

        public bool IsTaken { get; set; }
    }
}
