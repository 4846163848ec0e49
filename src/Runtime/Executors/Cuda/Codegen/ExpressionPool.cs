using System.Collections.Frozen;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>Makes the expressions of one graph; equal ones are one object, so that they are computed once. Not thread-safe.</summary>
internal sealed class ExpressionPool
{
    private static readonly FrozenSet<Symbol> NoPlaces = FrozenSet<Symbol>.Empty;

    private readonly Dictionary<Key, Expression> _known = [];
    private readonly HashSet<Symbol> _loops = [];
    private readonly Dictionary<Symbol, DataPlace> _data = [];
    private readonly Dictionary<(Expression, Dim), Symbol> _dataOf = [];

    /// <summary>A number, converted to the type that is computed in for <paramref name="dtype"/>.</summary>
    public Expression Constant(Scalar number, DType dtype) => Make(ExpressionKind.Constant, CTypes.Computed(dtype), [], NoPlaces, number: number);

    /// <summary>A size or a place, as an int64.</summary>
    public Expression Size(Dim size) => size.TryGetConstant(out long constant)
        ? Constant(constant, DType.Int64)
        : Make(ExpressionKind.Size, DType.Int64, [], PlacesOf(size), index: size);

    /// <summary>An element of a value in memory.</summary>
    public Expression Load(LoweredValue source, Dim index) => Make(ExpressionKind.Load, CTypes.Computed(source.Type.DType), [], PlacesOf(index), index: index, source: source);

    /// <summary>Code over operands.</summary>
    public Expression Call(string text, DType dtype, params Expression[] operands) => Make(ExpressionKind.Call, CTypes.Computed(dtype), operands, Union(operands), text: text);

    /// <summary>One of two numbers; the other is not computed, so that it may be a load outside its value.</summary>
    public Expression Select(Expression condition, Expression whenTrue, Expression whenFalse) => condition.Kind == ExpressionKind.Constant
        ? condition.Number.ToBool() ? whenTrue : whenFalse
        : Make(ExpressionKind.Select, whenTrue.DType, [condition, whenTrue, whenFalse], Union([condition, whenTrue, whenFalse]));

    /// <summary>A number combined over a loop.</summary>
    /// <param name="reduction">How.</param>
    /// <param name="over">The place of the loop in <paramref name="body"/>.</param>
    /// <param name="extent">How many places there are.</param>
    /// <param name="body">The number at a place.</param>
    /// <param name="origin">The value whose definition this is.</param>
    public Expression Reduce(Reduction reduction, Symbol over, Dim extent, Expression body, LoweredValue? origin)
    {
        // The place is named by how many reductions are nested within, so that equal reductions are one expression wherever they stand.
        int height = body.Parts().Where(part => part.Kind == ExpressionKind.Reduce).Select(part => part.Height + 1).DefaultIfEmpty(0).Max();
        var named = Loop($"r{height}", extent);
        if (named != over)
            body = Substitute(body, symbol => symbol == over ? named : symbol, []);
        var places = body.Places.Where(place => place != named).Concat(PlacesOf(extent)).ToFrozenSet();
        return Make(ExpressionKind.Reduce, reduction.IsPlace() ? DType.Int64 : body.DType, [body], places, index: extent, reduction: reduction, over: named, height: height, origin: origin);
    }

    /// <summary>A place of a loop over 0 … extent − 1.</summary>
    public Symbol Loop(string name, Dim extent)
    {
        var range = extent.Range;
        var symbol = new Symbol(name, 0, range.Max is Symbol.Unbounded ? int.MaxValue : Math.Max(0, range.Max - 1));
        _loops.Add(symbol);
        return symbol;
    }

    /// <summary>A number from a tensor as a place; kernels check that it lies within 0 … size − 1, and report the node where it does not.</summary>
    public Dim Place(Expression number, Dim size, int node)
    {
        if (!_dataOf.TryGetValue((number, size), out var symbol))
        {
            long most = size.Range.Max;

            // A symbol of one value would be that number, and never be checked.
            symbol = new($"at{number.Id}_{_data.Count}", 0, most is Symbol.Unbounded ? int.MaxValue : Math.Max(1, most - 1), SymbolKind.Data);
            _dataOf.Add((number, size), symbol);
            _data.Add(symbol, new(number, size, node));
        }

        return symbol;
    }

    /// <summary>What a symbol stands for where it is a place that depends on data, otherwise null.</summary>
    public DataPlace? DataOf(Symbol symbol) => _data.GetValueOrDefault(symbol);

    /// <summary>Whether a symbol is the place of a loop or depends on data: its value is known inside kernels only.</summary>
    public bool IsPlace(Symbol symbol) => _loops.Contains(symbol) || _data.ContainsKey(symbol);

    /// <summary>The loop places in an index, those behind data included.</summary>
    public IReadOnlySet<Symbol> PlacesOf(Dim index)
    {
        if (index.IsConstant)
            return NoPlaces;
        var places = new HashSet<Symbol>();
        foreach (var symbol in index.Symbols)
        {
            if (_loops.Contains(symbol))
                places.Add(symbol);
            else if (_data.TryGetValue(symbol, out var data))
                places.UnionWith(data.Number.Places);
        }

        return places.Count == 0 ? NoPlaces : places;
    }

    /// <summary>The expression with places replaced, as by a place in a vector; <paramref name="known"/> remembers parts.</summary>
    public Expression Substitute(Expression expression, Func<Symbol, Dim> replace, Dictionary<Expression, Expression> known)
    {
        if (expression.Places.Count == 0)
            return expression;
        if (known.TryGetValue(expression, out var done))
            return done;
        var operands = Array.ConvertAll(expression.Operands, operand => Substitute(operand, replace, known));
        Dim Replaced(Dim index) => index.Substitute(symbol => _data.TryGetValue(symbol, out var data)
            ? Place(Substitute(data.Number, replace, known), data.Size, data.Node)
            : replace(symbol));
        done = expression.Kind switch
        {
            ExpressionKind.Size => Size(Replaced(expression.Index)),
            ExpressionKind.Load => Load(expression.Source!, Replaced(expression.Index)),
            ExpressionKind.Call => Call(expression.Text, expression.DType, operands),
            ExpressionKind.Select => Select(operands[0], operands[1], operands[2]),
            ExpressionKind.Reduce => Reduce(expression.Reduction, expression.Over!, Replaced(expression.Index), operands[0], expression.Origin),
            _ => expression,
        };
        known.Add(expression, done);
        return done;
    }

    private static IReadOnlySet<Symbol> Union(Expression[] operands)
    {
        IReadOnlySet<Symbol> places = NoPlaces;
        foreach (var operand in operands)
        {
            if (operand.Places.IsSubsetOf(places))
                continue;
            places = places.Count == 0 ? operand.Places : places.Concat(operand.Places).ToFrozenSet();
        }

        return places;
    }

    private Expression Make(
        ExpressionKind kind, DType dtype, Expression[] operands, IReadOnlySet<Symbol> places, Scalar number = default, Dim index = default,
        LoweredValue? source = null, string text = "", Reduction reduction = default, Symbol? over = null, int height = 0, LoweredValue? origin = null)
    {
        var key = new Key(kind, dtype, EquatableArray<Expression>.Own(operands), number, index, source, text, reduction, over);
        if (_known.TryGetValue(key, out var expression))
            return expression;
        expression = new()
        {
            Id = _known.Count,
            Kind = kind,
            DType = dtype,
            Operands = operands,
            Places = places,
            Number = number,
            Index = index,
            Source = source,
            Text = text,
            Reduction = reduction,
            Over = over,
            Height = height,
            Origin = origin,
        };
        _known.Add(key, expression);
        return expression;
    }

    private readonly record struct Key(
        ExpressionKind Kind, DType DType, EquatableArray<Expression> Operands, Scalar Number, Dim Index, LoweredValue? Source, string Text, Reduction Reduction, Symbol? Over);
}

/// <summary>A place that depends on data.</summary>
/// <param name="Number">The number, an integer.</param>
/// <param name="Size">The places there are.</param>
/// <param name="Node">The node that takes it for a place first.</param>
internal sealed record DataPlace(Expression Number, Dim Size, int Node);
