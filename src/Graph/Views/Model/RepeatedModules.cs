namespace Evergraph.Graph.Views;

/// <summary>
/// Finds sibling modules that are built the same, such as the layers of a decoder: the same operators with the same arguments and types,
/// wired the same inside, in the same modules. Names of parameters and the numbers in the module's own name do not count; where its
/// values come from outside does not either.
/// </summary>
/// <remarks>
/// After the passes layers differ where they meet what is around them: work that all share lies in the first (<see cref="SharedNodes"/>
/// draws it outside), and what enters the first is normed alone, where in all others a norm was joined with the addition that ends the
/// layer before. Modules that differ in nothing else count as repeated too, and each difference is said at its node
/// (<see cref="ModuleDifference"/>).
/// </remarks>
internal static class RepeatedModules
{
    /// <summary>The modules, each with the first sibling that it repeats. Nodes may move to another module and learn how they differ in others.</summary>
    /// <param name="modules">The modules of a stage.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="looks">A number for how each node looks by itself.</param>
    public static IReadOnlyList<ViewModule> Mark(IReadOnlyList<ViewModule> modules, List<ViewNode> nodes, int[] looks)
    {
        var stage = new StageModules(modules, nodes, looks);
        while (SharedNodes.MoveOut(stage, nodes))
            stage = new(modules, nodes, stage.Looks);

        var marked = modules.ToArray();
        foreach (var siblings in stage.Siblings())
        {
            var kinds = new List<ModuleBody>();
            foreach (var same in siblings.Select(stage.Body).GroupBy(body => body.Structure))
            {
                var body = same.First();
                var (first, differences) = kinds
                    .Select(kind => (kind, Differences: ModuleDifference.Between(kind, body)))
                    .FirstOrDefault(pair => pair.Differences is not null);
                if (first is null)
                    kinds.Add(first = body);
                foreach (var repeated in same.Where(repeated => repeated != first))
                    marked[repeated.Module] = modules[repeated.Module] with { Repeats = first.Module };
                string names = Ranges([.. same.Select(repeated => modules[repeated.Module].Name)]);
                foreach (var difference in differences ?? [])
                    nodes[difference.Node] = nodes[difference.Node] with { Variants = [.. nodes[difference.Node].Variants, $"in {names}: {difference.Text}"] };
            }
        }

        return marked;
    }

    /// <summary>Names in short: <c>1–27, 30</c>.</summary>
    private static string Ranges(List<string> names)
    {
        var ranges = new List<string>();
        for (int from = 0, to; from < names.Count; from = to)
        {
            to = from + 1;
            while (to < names.Count && long.TryParse(names[to - 1], out long last) && long.TryParse(names[to], out long next) && next == last + 1)
                to++;
            ranges.Add(to - from > 1 ? $"{names[from]}–{names[to - 1]}" : names[from]);
        }

        return string.Join(", ", ranges);
    }
}
