using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>
/// Values in a row that one kernel can compute: they have the same elements or the same rows, and what one needs of another lies at the same
/// place, so that the thread that reads it has just computed it.
/// </summary>
internal sealed class KernelMerger
{
    private const int MostRoots = 4;

    private readonly ExpressionPool _pool;
    private readonly List<LoweredValue> _roots;
    private RowShape? _shape;

    public KernelMerger(ExpressionPool pool, LoweredValue root)
    {
        _pool = pool;
        _roots = [root];
        _shape = RowShape.Of(new(pool, _roots), root);
    }

    /// <summary>Adds a value, if one kernel can compute it with the others.</summary>
    public bool TryAdd(LoweredValue root)
    {
        if (_roots.Count == MostRoots)
            return false;
        var shape = RowShape.Of(new(_pool, [root]), root);
        var common = Common(root, shape);
        bool fits = shape is null && _shape is null ? root.Type.Shape.Elements.Equals(_roots[0].Type.Shape.Elements) : common is not null;
        if (!fits || !IsRelated(root, common))
            return false;
        _roots.Add(root);
        _shape = common;
        return true;
    }

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<LoweredValue> Roots => _roots;

    /// <summary>Writes what computes the values.</summary>
    public KernelPart Write(KernelArgumentList arguments)
    {
        var group = new KernelGroup(_pool, _roots);
        return _shape is null ? MapKernel.Write(group, arguments) : RowKernel.Write(group, _shape, arguments);
    }

    /// <summary>The rows in which all values and one more can be computed, or null.</summary>
    private RowShape? Common(LoweredValue root, RowShape? shape)
    {
        var all = new[] { _shape, shape }.OfType<RowShape>().ToList();
        if (all.Count == 0)
            return null;
        var widest = all.Find(candidate => candidate.Inner.Rank > 0) ?? all[0];
        bool agree = all.TrueForAll(candidate => candidate.Rows.Equals(widest.Rows) && candidate.Length.Equals(widest.Length));

        // A value without reductions is computed row by row where its elements are the rows'.
        bool fit = _roots.Append(root).All(value => widest.IsWhole(value) ? EndsWith(value.Type.Shape, widest.Inner) : value.Type.Shape.Elements.Equals(widest.Rows));
        return agree && fit ? widest : null;
    }

    private static bool EndsWith(Shape shape, Shape inner) =>
        shape.Rank >= inner.Rank && Shape.Create(shape.AsSpan()[(shape.Rank - inner.Rank)..]) == inner;

    /// <summary>Whether a value reads one of the others, or what they read; and reads the others at its own place only.</summary>
    private bool IsRelated(LoweredValue root, RowShape? shape)
    {
        var own = LoadsOf([root], shape, root);
        var reads = own.Where(load => _roots.Contains(load.Source!)).ToList();
        if (reads.Count == 0)
        {
            var sources = _roots.SelectMany(other => LoadsOf(_roots, shape, other)).Select(load => load.Source).ToHashSet();
            return own.Any(load => sources.Contains(load.Source));
        }

        return reads.TrueForAll(load => load.Index.Equals(PlaceOf(load.Source!, shape)) || (shape is not null && IsWithinRow(load, shape)));
    }

    /// <summary>
    /// Whether a load is of the row that the threads share: a sum over a row that is just computed. They compute it again for the sum, from
    /// operands that are in registers by then.
    /// </summary>
    private bool IsWithinRow(Expression load, RowShape shape)
    {
        var inRow = load.Index - ((Dim)Row(shape) * shape.Inner.Elements);
        return shape.IsWhole(load.Source!) && !inRow.Symbols.Contains(Row(shape)) && (inRow >= 0).Proof == Truth.True && (inRow < shape.Inner.Elements).Proof == Truth.True;
    }

    private List<Expression> LoadsOf(IReadOnlyList<LoweredValue> roots, RowShape? shape, LoweredValue value)
    {
        var scope = new ElementScope(_pool) { Roots = roots };
        var element = shape is null
            ? scope.At(value, ElementScope.Unravel(value.Type.Shape, Element(value)))
            : shape.ElementOf(scope, value, Row(shape), InRow(shape));
        return [.. element.Parts().Where(part => part.Kind == ExpressionKind.Load)];
    }

    /// <summary>The place at which a kernel computes a value when it computes another.</summary>
    private Dim PlaceOf(LoweredValue value, RowShape? shape) =>
        shape is null ? Element(value) : shape.IsWhole(value) ? ((Dim)Row(shape) * shape.Inner.Elements) + InRow(shape) : Row(shape);

    private Symbol Element(LoweredValue value) => _pool.Loop("e", value.Type.Shape.Elements);

    private Symbol Row(RowShape shape) => _pool.Loop("o", shape.Rows);

    private Symbol InRow(RowShape shape) => _pool.Loop("q", shape.Inner.Elements);
}
