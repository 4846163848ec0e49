namespace Evergraph.Graph.Views;

/// <summary>
/// Finds nodes that lie in one of several sibling modules by accident: where all layers compute one thing, passes keep the first layer's,
/// and what all layers pass on in parts is cut where the first begins. Such a node reads nothing of its module, and the siblings have none
/// like it. It is drawn in the module that holds them all, where that makes its module like the others; otherwise it stays.
/// </summary>
internal static class SharedNodes
{
    /// <summary>Moves such nodes out, by one module.</summary>
    /// <returns>Whether any moved: then there may be more of them.</returns>
    public static bool MoveOut(StageModules stage, List<ViewNode> nodes)
    {
        bool any = false;
        foreach (var siblings in stage.Siblings())
        {
            var kinds = siblings.Select(stage.Body).GroupBy(body => body.Structure).ToList();
            if (kinds.Count == 1)
                continue;
            // Of as many of two kinds the later one: what is shared lies where it is needed first.
            var usual = kinds[0];
            foreach (var kind in kinds)
                usual = kind.Count() >= usual.Count() ? kind : usual;
            foreach (var body in kinds.Where(kind => kind != usual).SelectMany(kind => kind))
            {
                var moved = Accidental(body, usual.First());
                if (moved.Count == 0)
                    continue;
                var rest = new ModuleBody(body.Module, [.. body.Members.Where(member => !moved.Contains(member))], stage);
                if (ModuleDifference.Between(usual.First(), rest) is null)
                    continue;
                foreach (int node in moved)
                    nodes[node] = nodes[node] with { Module = stage.Modules[body.Module].Parent };
                any = true;
            }

            // What moved changes the modules around and inside these; they are looked at again.
            if (any)
                return true;
        }

        return false;
    }

    private static HashSet<int> Accidental(ModuleBody body, ModuleBody usual)
    {
        var surplus = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (int member in body.Members)
            surplus[Key(body, member)] = surplus.GetValueOrDefault(Key(body, member)) + 1;
        foreach (int member in usual.Members)
            surplus[Key(usual, member)] = surplus.GetValueOrDefault(Key(usual, member)) - 1;

        // Where the usual one has as many nodes, one that it lacks stands there instead of another.
        var room = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (int member in body.Members)
            room[body.PathOf(member)] = room.GetValueOrDefault(body.PathOf(member)) + 1;
        foreach (int member in usual.Members)
            room[usual.PathOf(member)] = room.GetValueOrDefault(usual.PathOf(member)) - 1;

        var moved = new HashSet<int>();
        foreach (int member in body.Members)
        {
            var node = body.Stage.Nodes[member];
            if (node.Kind is not (ViewNodeKind.Operator or ViewNodeKind.Collective) || surplus[Key(body, member)] <= 0 || room[body.PathOf(member)] <= 0)
                continue;
            if (node.Operands.Any(operand => body.PlaceOf(operand) >= 0 && !moved.Contains(operand.Node)))
                continue;
            surplus[Key(body, member)]--;
            room[body.PathOf(member)]--;
            moved.Add(member);
        }

        return moved;
    }

    private static string Key(ModuleBody body, int member) => $"{body.Stage.Looks[member]} {body.PathOf(member)}";
}
