namespace Evergraph.Graph.Views;

/// <summary>What a node is in a module that repeats its own, where it is not the same.</summary>
/// <param name="Node">The node of the first of the two modules.</param>
/// <param name="Text">What the other has instead.</param>
internal readonly record struct ModuleDifference(int Node, string Text)
{
    // Modules that share less than this are different ones; two of one node each would differ in nothing but how values enter.
    private const int MostDifferent = 4;

    /// <summary>
    /// The differences of two modules that are built the same but for how values enter: an operator that reads values from outside may be
    /// another one, at most one operator in four, and who reads such an operator or a value from outside may read another. Null where more differs.
    /// </summary>
    public static IReadOnlyList<ModuleDifference>? Between(ModuleBody first, ModuleBody other)
    {
        if (first.Structure == other.Structure)
            return [];
        if (first.Members.Count != other.Members.Count)
            return null;
        var differences = new List<ModuleDifference>();
        var entries = new HashSet<int>();
        var pairs = new Pairs();
        int operators = 0;
        for (int i = 0; i < first.Members.Count; i++)
        {
            int a = first.Members[i], b = other.Members[i];
            ViewNode nodeA = first.Stage.Nodes[a], nodeB = other.Stage.Nodes[b];
            if (first.PathOf(a) != other.PathOf(b))
                return null;
            if (nodeA.Kind != ViewNodeKind.Parameter)
                operators++;
            if (first.Stage.Looks[a] != other.Stage.Looks[b])
            {
                if (!IsEntry(first, nodeA) || !IsEntry(other, nodeB))
                    return null;
                entries.Add(i);
                differences.Add(new(a, Describe(nodeB, nodeA)));
                continue;
            }

            if (nodeA.Operands.Count != nodeB.Operands.Count)
                return null;
            for (int n = 0; n < nodeA.Operands.Count; n++)
            {
                ViewOperand readA = nodeA.Operands[n], readB = nodeB.Operands[n];
                int fromA = first.PlaceOf(readA), fromB = other.PlaceOf(readB);
                bool isSame = fromA < 0 && fromB < 0 ? pairs.Match(readA, readB) : fromA == fromB && readA.Output == readB.Output;
                if (isSame)
                    continue;
                if ((fromA >= 0 && !entries.Contains(fromA)) || (fromB >= 0 && !entries.Contains(fromB)))
                    return null;
                differences.Add(new(a, $"{readB.Name} comes from {other.Stage.Nodes[readB.Node].Title}"));
            }
        }

        return entries.Count * MostDifferent <= operators ? differences : null;
    }

    private static bool IsEntry(ModuleBody body, ViewNode node) =>
        node.Kind is not ViewNodeKind.Parameter && node.Operands.Any(operand => body.PlaceOf(operand) < 0);

    private static string Describe(ViewNode node, ViewNode instead)
    {
        string Text(ViewNode node) => node.Arguments.Count == 0 ? node.Title : $"{node.Title}({node.ArgumentText})";
        return Text(node) == Text(instead) ? $"{Text(node)} : {string.Join(", ", node.Results)}" : Text(node);
    }

    /// <summary>Which value from outside one module stands for which of the other's.</summary>
    private sealed class Pairs
    {
        private readonly Dictionary<long, long> _there = [];
        private readonly Dictionary<long, long> _back = [];

        public bool Match(ViewOperand a, ViewOperand b)
        {
            long from = a.Value, to = b.Value;
            bool isThere = _there.TryGetValue(from, out long there), isBack = _back.TryGetValue(to, out long back);
            if (isThere || isBack)
                return isThere && isBack && there == to && back == from;
            _there.Add(from, to);
            _back.Add(to, from);
            return true;
        }
    }
}
