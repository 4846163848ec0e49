using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// The requirements of a graph, compiled, in the order in which a run can decide them: those on the inputs' sizes before
/// any node runs, those on a size that depends on data right after the node that makes it. Thread-safe.
/// </summary>
public sealed class RequirementChecks
{
    private readonly SymbolTable _symbols;
    private readonly DimProgram _program;
    private readonly Requirement[] _requirements;
    private readonly Dictionary<int, (int Start, int Count)> _stages = [];

    /// <summary>Compiles the requirements of a graph.</summary>
    public RequirementChecks(TensorGraph graph, SymbolTable symbols)
    {
        _symbols = symbols;
        var ordered = graph.Requirements
            .Select(requirement => (Requirement: requirement, Stage: Math.Max(symbols.KnownAfter(requirement.Condition.Left), symbols.KnownAfter(requirement.Condition.Right))))
            .OrderBy(entry => entry.Stage)
            .ToArray();
        _requirements = Array.ConvertAll(ordered, entry => entry.Requirement);
        _program = new(symbols.Symbols, [], Array.ConvertAll(_requirements, requirement => requirement.Condition));
        for (int i = 0; i < ordered.Length; i++)
        {
            var stage = _stages.GetValueOrDefault(ordered[i].Stage, (Start: i, Count: 0));
            _stages[ordered[i].Stage] = (stage.Start, stage.Count + 1);
        }
    }

    /// <summary>Checks what can be decided after a node, or at the call (<see cref="SymbolTable.AtCall"/>).</summary>
    /// <returns>How many requirements were checked.</returns>
    /// <exception cref="ShapeException">One does not hold.</exception>
    public int CheckAfter(int node, ReadOnlySpan<long> values)
    {
        if (!_stages.TryGetValue(node, out var stage))
            return 0;
        for (int i = stage.Start; i < stage.Start + stage.Count; i++)
        {
            if (!Holds(i, values))
                throw new ShapeException(Describe(i, values));
        }

        return stage.Count;
    }

    private bool Holds(int index, ReadOnlySpan<long> values)
    {
        try
        {
            return _program.Holds(index, values);
        }
        catch (Exception exception) when (exception is DimOverflowException or DimDivideByZeroException)
        {
            throw new ShapeException($"{_requirements[index].Describe()}: it has no answer at the given sizes: {exception.Message}");
        }
    }

    private string Describe(int index, ReadOnlySpan<long> values)
    {
        long[] copy = values.ToArray();
        return _requirements[index].Describe(symbol => copy[_symbols.SlotOf(symbol)]);
    }
}
