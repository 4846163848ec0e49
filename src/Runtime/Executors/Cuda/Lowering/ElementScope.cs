using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>
/// What definitions are written with: elements of other values, numbers, code over them. Evaluating a value that is not stored runs its
/// definition in place, which is what fuses chains into one kernel.
/// </summary>
internal sealed class ElementScope
{
    private readonly Dictionary<(LoweredValue, EquatableArray<Dim>), Expression> _known = [];
    private readonly Stack<LoweredValue> _open = [];
    private int _depth;

    public ElementScope(ExpressionPool pool) => Pool = pool;

    /// <summary>Makes expressions.</summary>
    public ExpressionPool Pool { get; }

    /// <summary>Values that are computed from their definitions although they are stored: those that the kernel stores.</summary>
    public IReadOnlyList<LoweredValue> Roots { get; init; } = [];

    /// <summary>The values whose definitions were run in place.</summary>
    public HashSet<LoweredValue> Inlined { get; } = [];

    /// <summary>The element of a value at a place for each of its axes; each is within the axis, or the element is never computed.</summary>
    public Expression At(LoweredValue value, params ReadOnlySpan<Dim> index)
    {
        if (value.IsStored && !Roots.Contains(value))
            return Pool.Load(value, Ravel(value.Type.Shape, index));

        // Saying the only place of an axis lets equal elements be recognised.
        var places = index.ToArray();
        for (int axis = 0; axis < places.Length; axis++)
            places[axis] = Within(value.Type.Shape[axis], places[axis]);

        var key = (value, EquatableArray<Dim>.Own(places));
        if (!_known.TryGetValue(key, out var element))
        {
            Inlined.Add(value);
            _open.Push(value);
            element = value.Definition!(this, places.AsSpan().ToArray());
            _open.Pop();
            var computed = CTypes.Computed(value.Type.DType);
            if (element.DType != computed)
                throw new InvalidOperationException($"the definition of {value} gives {element.DType.Name()}: expected {computed.Name()}");
            _known.Add(key, element);
        }

        return element;
    }

    /// <summary>The element of an operand that is broadcast to a result of <paramref name="index"/>'s rank: axes of one element are repeated.</summary>
    public Expression Broadcast(LoweredValue operand, ReadOnlySpan<Dim> index)
    {
        var own = new Dim[operand.Type.Rank];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = operand.Type.Shape[axis].Equals(1) ? 0 : index[index.Length - own.Length + axis];
        return At(operand, own);
    }

    /// <summary>A number in the type that is computed in for <paramref name="dtype"/>.</summary>
    public Expression Constant(Scalar number, DType dtype) => number.Kind == ScalarKind.Integer && !number.Integer.IsConstant
        ? Cast(Pool.Size(number.Integer), DType.Int64, dtype)
        : Pool.Constant(number, dtype);

    /// <summary>A size or a place as an int64.</summary>
    public Expression Size(Dim size) => Pool.Size(size);

    /// <summary>Code with <c>{0}</c>, <c>{1}</c> for operands, computed in the type for <paramref name="dtype"/>.</summary>
    public Expression Call(string text, DType dtype, params Expression[] operands) => Pool.Call(text, dtype, operands);

    /// <summary>One of two numbers by a bool; only that one is computed.</summary>
    public Expression Select(Expression condition, Expression whenTrue, Expression whenFalse) => Pool.Select(condition, whenTrue, whenFalse);

    /// <summary>A number from a tensor as a place within 0 … size − 1; a number outside ends the run with an error that names the node.</summary>
    public Dim Place(Expression number, Dim size) => Pool.Place(number, size, _open.Peek().Node);

    /// <summary>Combines a number over the places 0 … extent − 1.</summary>
    public Expression Reduce(Reduction reduction, Dim extent, Func<Dim, Expression> body)
    {
        var over = Pool.Loop($"x{_depth}", extent);
        _depth++;
        var operand = body(over);
        _depth--;
        return Pool.Reduce(reduction, over, extent, operand, _open.Peek());
    }

    /// <summary>
    /// A number of one stored type in the type that is computed in for another, as a cast of a tensor does it: 16-bit types are rounded to,
    /// floating-point numbers are truncated to integers, and anything but zero is true.
    /// </summary>
    public Expression Cast(Expression number, DType from, DType to)
    {
        if (from == to)
            return number;
        var (source, target) = (CTypes.Computed(from), CTypes.Computed(to));
        if (to is DType.Float16 or DType.BFloat16)
        {
            // What comes from a 16-bit type of the same name never gets here; widening to float32 first is exact for it.
            var wide = source == DType.Float32 ? number : Pool.Call("float({0})", DType.Float32, number);
            return Pool.Call($"to_float({CTypes.Of(to)}_of({{0}}))", DType.Float32, wide);
        }

        return source == target ? number : Convert(number, source, target);
    }

    private Expression Convert(Expression number, DType source, DType target)
    {
        if (target == DType.Bool)
            return Pool.Call("({0} != 0)", DType.Bool, number);
        return source.IsFloating() && !target.IsFloating()
            ? Pool.Call($"truncate<{CTypes.Of(target)}>({{0}})", target, number)
            : Pool.Call($"{CTypes.Of(target)}({{0}})", target, number);
    }

    /// <summary>The place in row-major order.</summary>
    public static Dim Ravel(Shape shape, ReadOnlySpan<Dim> index)
    {
        Dim place = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
            place = (place * shape[axis]) + Within(shape[axis], index[axis]);
        return place;
    }

    /// <summary>A place along an axis. An axis of one element has one place, but one that depends on data stays: it may be another, and is checked.</summary>
    private static Dim Within(Dim size, Dim place) => size.Equals(1) && !place.Symbols.Any(symbol => symbol.Kind == SymbolKind.Data) ? 0 : place;

    /// <summary>The place along each axis of the element at a row-major place.</summary>
    public static Dim[] Unravel(Shape shape, Dim place)
    {
        // Where an axis has no elements nothing has a place. The first place is the first everywhere, and must not be divided by a size that may be 0.
        var index = new Dim[shape.Rank];
        if (place.Equals(0) || shape.Elements.Equals(0))
            return index;
        int outermost = 0;
        while (outermost < shape.Rank - 1 && shape[outermost].Equals(1))
            outermost++;

        // Axis by axis from the innermost: what is left over is divided further, so that the same places put together are the place again
        // whatever the sizes are. Nothing lies outside the outermost axis, so its place needs no remainder.
        var rest = place;
        for (int axis = shape.Rank - 1; axis > outermost; axis--)
        {
            if (shape[axis].Equals(1))
                continue;
            var outer = Dim.FloorDiv(rest, shape[axis]);
            index[axis] = rest - (outer * shape[axis]);
            rest = outer;
        }

        if (shape.Rank > 0 && !shape[outermost].Equals(1))
            index[outermost] = rest;
        return index;
    }
}
