using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// How values are seen as rows: the outer axes count rows, the inner ones a row's elements. A value of the group may also have one element
/// for each row.
/// </summary>
/// <param name="Outer">The sizes of the axes that count rows.</param>
/// <param name="Inner">The sizes of the axes within a row; for rows of one element the length of the reductions is <paramref name="Length"/>.</param>
/// <param name="Length">Elements of a row that threads share.</param>
internal sealed record RowShape(Shape Outer, Shape Inner, Dim Length)
{
    /// <summary>How many rows there are.</summary>
    public Dim Rows => Outer.Elements;

    /// <summary>Whether a value has a whole row for each row, or one element.</summary>
    public bool IsWhole(LoweredValue value) => Inner.Rank > 0 && value.Type.Shape.Elements.Equals(Rows * Inner.Elements);

    /// <summary>How many elements of other values a place of a row needs: what a thread would keep in registers.</summary>
    public int LoadsOf(KernelGroup group)
    {
        Symbol row = group.Pool.Loop("o", Rows), place = group.Pool.Loop("q", Length);
        var scope = group.NewScope();
        return group.Roots.SelectMany(root => ElementOf(scope, root, row, place).Parts())
            .Where(part => part.Kind == ExpressionKind.Load && part.Places.Contains(place)).Distinct().Count();
    }

    /// <summary>The element of a root at a row and a place within it.</summary>
    public Expression ElementOf(ElementScope scope, LoweredValue root, Dim row, Dim place)
    {
        if (!IsWhole(root))
            return scope.At(root, ElementScope.Unravel(root.Type.Shape, row));
        int outer = root.Type.Rank - Inner.Rank;
        var index = new Dim[root.Type.Rank];
        ElementScope.Unravel(Shape.Create(root.Type.Shape.AsSpan()[..outer]), row).CopyTo(index, 0);
        ElementScope.Unravel(Inner, place).CopyTo(index, outer);
        return scope.At(root, index);
    }

    /// <summary>
    /// The rows in which a value can be computed: the most inner axes on which none of its reductions depend. Null where it has no reduction, where
    /// one stands in a branch, or where all depend on its last axis in a way that one thread should compute.
    /// </summary>
    public static RowShape? Of(KernelGroup group, LoweredValue root)
    {
        var shape = root.Type.Shape;
        for (int inner = shape.Rank; inner >= 0; inner--)
        {
            Shape outerSizes = Shape.Create(shape.AsSpan()[..(shape.Rank - inner)]), innerSizes = Shape.Create(shape.AsSpan()[(shape.Rank - inner)..]);
            if (inner > 0 && innerSizes.Elements.Equals(1))
                continue;
            Symbol row = group.Pool.Loop("o", outerSizes.Elements), place = group.Pool.Loop("q", innerSizes.Elements);
            var candidate = new RowShape(outerSizes, innerSizes, innerSizes.Elements);
            var element = candidate.ElementOf(group.NewScope(), root, row, place);
            var reductions = TopReductions(element);
            if (reductions.Count == 0 || !reductions.TrueForAll(element.UnguardedParts().Contains))
                return null;
            if (!reductions.TrueForAll(reduction => !reduction.Places.Contains(place)))
                continue;
            if (inner > 0)
                return candidate;

            // One element for each row: threads share the reduction where its elements lie side by side, or there are few results.
            var largest = reductions[0];
            bool isShared = IsContiguous(largest) || (outerSizes.Elements.Range.Max is var most && most <= 64);
            return isShared ? candidate with { Length = largest.Index } : null;
        }

        return null;
    }

    /// <summary>
    /// The reductions in expressions that do not depend on the place within a row, those within others included; a serial one within a loop is not,
    /// nor one in a branch, which may read what is not there when the branch is not taken.
    /// </summary>
    public static List<Expression> ReductionsOf(IReadOnlyList<Expression> expressions, params Symbol[] inner)
    {
        var found = new List<Expression>();
        foreach (var part in expressions.SelectMany(expression => expression.UnguardedParts()).Distinct())
        {
            if (part.Kind == ExpressionKind.Reduce && !Array.Exists(inner, part.Places.Contains) && !DependsOnLoop(part))
                found.Add(part);
        }

        return found;
    }

    /// <summary>The reductions that are not within another.</summary>
    public static List<Expression> TopReductions(Expression expression)
    {
        var found = new List<Expression>();
        var seen = new HashSet<Expression>();
        void Walk(Expression part)
        {
            if (!seen.Add(part))
                return;
            if (part.Kind == ExpressionKind.Reduce)
            {
                found.Add(part);
                return;
            }

            foreach (var operand in part.Operands)
                Walk(operand);
        }

        Walk(expression);
        return found;
    }

    private static bool DependsOnLoop(Expression reduction) => reduction.Places.Any(place => place.Name.StartsWith('r'));

    private static bool IsContiguous(Expression reduction)
    {
        var loads = reduction.Operands[0].Parts().Where(part => part.Kind == ExpressionKind.Load && part.Index.Symbols.Contains(reduction.Over!)).ToList();
        return loads.Count > 0 && loads.Exists(load =>
            (load.Index - load.Index.Substitute(symbol => symbol == reduction.Over ? (Dim)0 : symbol)).Equals((Dim)reduction.Over!));
    }
}
