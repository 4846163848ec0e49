using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>
/// Decides which values lie in memory, and makes the kernels that fill them. It begins with what must: outputs, and what steps read. A kernel then
/// computes everything else in place, unless one of these holds, and then the value named is stored too, and what it was part of is looked at anew:
/// <list type="bullet">
/// <item>a step reads a view that it cannot read by strides: what the view is of, or else the view;</item>
/// <item>a reduction would run anew for each element of a larger value, or within another reduction: what it is the definition of;</item>
/// <item>several kernels would compute the same that is more than a load and some arithmetic;</item>
/// <item>a kernel would read too many values or become too long: the part of about half its length.</item>
/// </list>
/// </summary>
internal sealed class FusionPlanner
{
    private const int MostParts = 400;
    private const int MostSources = 16;

    // A load and a few operations are cheaper to repeat than to write and read again.
    private const int CheapParts = 6;

    // These take tens of instructions: a sine of a large angle more than a read from the device's memory.
    private static readonly string[] Functions = ["exp_of", "log_of", "sin_of", "cos_of", "tanh_of", "erf_of", "erfc_of", "pow_of"];

    private readonly LoweredGraph _graph;
    private readonly ExpressionPool _pool = new();
    private readonly Dictionary<LoweredValue, HashSet<LoweredValue>> _inlinedIn = [];
    private readonly Queue<object> _work = [];
    private readonly HashSet<LoweredValue> _cheap = [];

    private FusionPlanner(LoweredGraph graph) => _graph = graph;

    /// <summary>Plans a graph whose outputs are stored.</summary>
    /// <returns>The steps in order, kernels among them.</returns>
    public static List<Step> Plan(LoweredGraph graph)
    {
        var planner = new FusionPlanner(graph);
        planner.Settle();
        return planner.Steps();
    }

    private void Settle()
    {
        foreach (object item in _graph.Items)
        {
            if (item is Step or LoweredValue { IsStored: true })
                _work.Enqueue(item);
        }

        do
            Drain();
        while (StoreShared());
    }

    private void Drain()
    {
        while (_work.TryDequeue(out object? item))
        {
            if (item is Step step)
                Resolve(step);
            else
                Look((LoweredValue)item);
        }
    }

    /// <summary>Finds places for a step's operands.</summary>
    private void Resolve(Step step)
    {
        foreach (var operand in step.Operands)
        {
            var view = Strided(operand.Value);
            if (view is null || !operand.Accepts(view.Strides))
            {
                // What is computed is stored as it is, so that others read it too; a view of what is stored already becomes a value of its own.
                var value = operand.Value.Base;
                Store(value.IsStored ? operand.Value : value);
                view = Strided(operand.Value);
                if (view is null || !operand.Accepts(view.Strides))
                {
                    Store(operand.Value);
                    view = Strided(operand.Value)!;
                }
            }

            operand.View = view;
        }
    }

    /// <summary>Where a value's elements lie, if they are those of a value in memory at places that are sums of strides.</summary>
    private StridedView? Strided(LoweredValue value)
    {
        if (!value.Base.IsStored)
            return null;
        var shape = value.Type.Shape;
        var axes = Enumerable.Range(0, shape.Rank).Select(axis => _pool.Loop($"i{axis}", shape[axis])).ToArray();
        var element = new ElementScope(_pool).At(value, [.. axes.Select(axis => (Dim)axis)]);
        if (element.Kind != ExpressionKind.Load)
            return null;
        var strides = new Dim[axes.Length];
        var rest = element.Index;
        for (int axis = 0; axis < axes.Length; axis++)
        {
            var symbol = axes[axis];
            var without = rest.Substitute(other => other == symbol ? (Dim)0 : other);
            strides[axis] = rest.Substitute(other => other == symbol ? (Dim)1 : other) - without;
            if (!(without + (strides[axis] * symbol)).Equals(rest) || _pool.PlacesOf(strides[axis]).Count > 0)
                return null;
            rest = without;
        }

        return rest.Symbols.Any(_pool.IsPlace) ? null : new(element.Source!, rest, strides);
    }

    private void Store(LoweredValue value)
    {
        if (value.IsStored)
            return;
        value.IsStored = true;
        _work.Enqueue(value);

        // Everything that computed it in place now loads it.
        if (_inlinedIn.Remove(value, out var readers))
        {
            foreach (var reader in readers)
                _work.Enqueue(reader);
        }

        foreach (var step in _graph.Items.OfType<Step>().Where(step => step.Operands.Any(operand => DependsOnView(operand.Value, value))))
            _work.Enqueue(step);
    }

    private static bool DependsOnView(LoweredValue value, LoweredValue stored)
    {
        for (var at = value; at is not null; at = at.ViewOf)
        {
            if (ReferenceEquals(at, stored))
                return true;
        }

        return false;
    }

    /// <summary>Looks at the kernel that would compute a value, and stores what it should not compute.</summary>
    private void Look(LoweredValue root)
    {
        if (root.Definition is null)
            return;
        var group = new KernelGroup(_pool, [root]);
        var scope = group.NewScope();
        var place = _pool.Loop("e", root.Type.Shape.Elements);
        var element = scope.At(root, ElementScope.Unravel(root.Type.Shape, place));
        foreach (var (value, readers) in _inlinedIn)
        {
            if (!scope.Inlined.Contains(value))
                readers.Remove(root);
        }

        foreach (var value in scope.Inlined.Where(value => !ReferenceEquals(value, root)))
        {
            if (!_inlinedIn.TryGetValue(value, out var readers))
                _inlinedIn.Add(value, readers = []);
            readers.Add(root);
        }

        var parts = element.Parts().ToList();
        if (Nested(parts, root) is { } nested)
            Store(nested);
        else if (Repeated(element, group, root) is { } repeated)
            Store(repeated);
        else if (parts.Count > MostParts || parts.Where(part => part.Source is not null).Select(part => part.Source).Distinct().Count() > MostSources)
            StoreHalf(scope, root, parts.Count);
    }

    /// <summary>What a reduction is the definition of that would run within another reduction, for each of its places.</summary>
    private static LoweredValue? Nested(List<Expression> parts, LoweredValue root)
    {
        foreach (var outer in parts.Where(part => part.Kind == ExpressionKind.Reduce))
        {
            foreach (var inner in outer.Operands[0].Parts())
            {
                if (inner.Kind == ExpressionKind.Reduce && inner.Places.Contains(outer.Over!) && inner.Origin is { } origin && !ReferenceEquals(origin, root) && !ReferenceEquals(origin, outer.Origin))
                    return origin;
            }
        }

        return null;
    }

    /// <summary>What a reduction is the definition of that would run for each element of the root, which has more elements.</summary>
    private static LoweredValue? Repeated(Expression element, KernelGroup group, LoweredValue root)
    {
        var reductions = RowShape.TopReductions(element);
        if (reductions.Count == 0 || RowShape.Of(group, root) is not null)
            return null;
        return reductions.Select(reduction => reduction.Origin)
            .FirstOrDefault(origin => origin is not null && !ReferenceEquals(origin, root) && !origin.Type.Shape.Elements.Equals(root.Type.Shape.Elements));
    }

    private void StoreHalf(ElementScope scope, LoweredValue root, int parts)
    {
        var candidates = scope.Inlined.Where(value => value.ViewOf is null && !ReferenceEquals(value, root)).Select(value => (Value: value, Parts: PartsOf(value))).ToList();
        if (candidates.Count > 0)
            Store(candidates.MinBy(candidate => (Math.Abs(candidate.Parts - (parts / 2)), candidate.Value.Id)).Value);
    }

    private int PartsOf(LoweredValue value) => ElementOf(value).Parts().Count();

    private Expression ElementOf(LoweredValue value) => new ElementScope(_pool).At(
        value, [.. Enumerable.Range(0, value.Type.Rank).Select(axis => (Dim)_pool.Loop($"i{axis}", value.Type.Shape[axis]))]);

    /// <summary>Stores what several kernels would compute, where that is more than reading it; returns whether there was any.</summary>
    private bool StoreShared()
    {
        bool any = false;

        // Later values first: with them stored, what they are made of may have one reader only.
        foreach (var value in _inlinedIn.Keys.OrderByDescending(value => value.Id).ToList())
        {
            if (value.IsStored || value.ViewOf is not null || !_inlinedIn.TryGetValue(value, out var readers) || readers.Count < 2 || IsCheap(value) || AreOneKernel(readers))
                continue;
            Store(value);
            Drain();
            any = true;
        }

        return any;
    }

    /// <summary>Whether one kernel will compute values: then what they share is computed once although it is not stored.</summary>
    private bool AreOneKernel(HashSet<LoweredValue> values)
    {
        var inOrder = _graph.Items.OfType<LoweredValue>().Where(values.Contains).ToList();
        var merger = new KernelMerger(_pool, inOrder[0]);
        var between = _graph.Items.SkipWhile(item => !ReferenceEquals(item, inOrder[0])).TakeWhile(item => !ReferenceEquals(item, inOrder[^1]));
        return between.All(item => item is LoweredValue value && (!value.IsStored || values.Contains(value))) && inOrder[1..].TrueForAll(merger.TryAdd);
    }

    private bool IsCheap(LoweredValue value)
    {
        // What is cheap stays so: storing more of what it is made of only shortens it.
        if (_cheap.Contains(value))
            return true;
        var parts = ElementOf(value).Parts().ToList();
        bool isCheap = parts.Count <= CheapParts && parts.Count(part => part.Kind == ExpressionKind.Load) <= 1
            && !parts.Exists(part => part.Kind == ExpressionKind.Reduce || Array.Exists(Functions, function => part.Text.Contains(function, StringComparison.Ordinal)));
        if (isCheap)
            _cheap.Add(value);
        return isCheap;
    }

    private List<Step> Steps()
    {
        var steps = new List<Step>();
        var open = new List<KernelMerger>();
        void Flush()
        {
            steps.AddRange(KernelBatch.Join(open, _graph.Constants));
            open.Clear();
        }

        foreach (object item in _graph.Items)
        {
            if (item is Step step)
            {
                Flush();
                steps.Add(step);
            }
            else if (item is LoweredValue { IsStored: true } root)
            {
                if (open.Count == 0 || !open[^1].TryAdd(root))
                    open.Add(new(_pool, root));
            }
        }

        Flush();
        return steps;
    }
}
