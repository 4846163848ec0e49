using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>What an <see cref="Expression"/> is.</summary>
internal enum ExpressionKind
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>A size, or a place in a loop, as an int64.</summary>
    Size,

    /// <summary>One element of a value that lies in memory.</summary>
    Load,

    /// <summary>Code over operands: <see cref="Expression.Text"/> with <c>{0}</c>, <c>{1}</c> in their places.</summary>
    Call,

    /// <summary>The second operand where the first is true, otherwise the third; only the one that is taken is computed.</summary>
    Select,

    /// <summary>The operand combined over all places of a loop.</summary>
    Reduce,
}

/// <summary>
/// A number that a kernel computes for one element, as a graph whose equal parts are one object: <see cref="ExpressionPool"/> makes them.
/// Its type is what is computed in: float32 for the 16-bit types, otherwise the stored type.
/// </summary>
internal sealed class Expression
{
    public required int Id { get; init; }

    public required ExpressionKind Kind { get; init; }

    /// <summary>The type that is computed in; never a 16-bit one.</summary>
    public required DType DType { get; init; }

    public Expression[] Operands { get; init; } = [];

    /// <summary>The number of a constant.</summary>
    public Scalar Number { get; init; }

    /// <summary>The size; the place of a loaded element in its value, row-major; the number of places of a reduction.</summary>
    public Dim Index { get; init; }

    /// <summary>What is loaded from.</summary>
    public LoweredValue? Source { get; init; }

    /// <summary>The code of a call.</summary>
    public string Text { get; init; } = "";

    /// <summary>How a reduction combines.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The place over which a reduction runs.</summary>
    public Symbol? Over { get; init; }

    /// <summary>The loop places that the number depends on, those behind data-dependent places included; not those of its own reductions.</summary>
    public required IReadOnlySet<Symbol> Places { get; init; }

    /// <summary>How many reductions are nested in this one, itself not counted; it numbers the place that it runs over.</summary>
    public int Height { get; init; }

    /// <summary>The value whose definition made a reduction.</summary>
    public LoweredValue? Origin { get; init; }

    /// <summary>Every part of this expression and itself, each once, operands first.</summary>
    public IEnumerable<Expression> Parts() => Walk(entersBranches: true);

    /// <summary>Those parts that are computed whatever the numbers are: not what stands only in branches.</summary>
    public IEnumerable<Expression> UnguardedParts() => Walk(entersBranches: false);

    private IEnumerable<Expression> Walk(bool entersBranches)
    {
        var seen = new HashSet<Expression>();
        var stack = new Stack<(Expression, bool)>([(this, false)]);
        while (stack.TryPop(out var top))
        {
            var (part, isDone) = top;
            if (isDone)
            {
                yield return part;
                continue;
            }

            if (!seen.Add(part))
                continue;
            stack.Push((part, true));
            foreach (var operand in part.Kind == ExpressionKind.Select && !entersBranches ? part.Operands[..1] : part.Operands)
                stack.Push((operand, false));
        }
    }
}
