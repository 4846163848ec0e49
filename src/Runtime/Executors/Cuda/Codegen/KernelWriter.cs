using System.Text;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// Writes expressions as statements of a kernel. Each part is written once, in the outermost open scope in which the places that it depends on
/// are known: what does not depend on a loop is computed before it.
/// </summary>
internal sealed class KernelWriter
{
    private readonly ExpressionPool _pool;
    private readonly IndexText _index;
    private readonly List<WriterScope> _scopes = [];
    private readonly Dictionary<Symbol, string> _placeNames = [];
    private readonly Dictionary<(LoweredValue, Dim), string> _cached = [];
    private int _names;

    public KernelWriter(ExpressionPool pool, KernelArgumentList arguments)
    {
        _pool = pool;
        Arguments = arguments;
        _index = new(NameOfPlace, arguments.Size);
    }

    public KernelArgumentList Arguments { get; }

    /// <summary>The place within a vector and how long vectors are; null where elements are computed one by one.</summary>
    public (Symbol Lane, int Length)? Vector { get; set; }

    /// <summary>Loads that are kept in registers from one loop over a row to the next: the array's name, to be indexed by iteration and lane.</summary>
    public Func<Expression, string?>? Cached { get; set; }

    private WriterScope Current => _scopes[^1];

    /// <summary>Opens a scope in which places are known.</summary>
    /// <param name="isBranch">Whether it may not run: then nothing in it may be computed outside it.</param>
    /// <param name="places">The places with their variables.</param>
    public void Open(bool isBranch, params ReadOnlySpan<(Symbol Place, string Name)> places)
    {
        var scope = new WriterScope(_scopes.Count == 0 ? "    " : Current.Indent + "    ", isBranch);
        if (_scopes.Count > 0)
            scope.Places.UnionWith(Current.Places);
        foreach (var (place, name) in places)
        {
            scope.Places.Add(place);
            _placeNames[place] = name;
        }

        _scopes.Add(scope);
    }

    /// <summary>Closes the innermost scope.</summary>
    /// <returns>Its statements.</returns>
    public string Close()
    {
        string text = Current.Text.ToString();
        _scopes.RemoveAt(_scopes.Count - 1);
        return text;
    }

    /// <summary>Adds a line to the innermost scope.</summary>
    public void Line(string text) => Current.Text.Append(Current.Indent).Append(text).Append('\n');

    /// <summary>Adds a closed scope with its head: <c>for (…)</c>.</summary>
    public void Block(string head, string body)
    {
        Line($"{head} {{");
        Current.Text.Append(body);
        Line("}");
    }

    /// <summary>A new variable's name.</summary>
    public string NewName(string stem) => $"{stem}{_names++}";

    /// <summary>The text of a place or size in the innermost scope.</summary>
    public string Place(Dim dim)
    {
        foreach (var symbol in dim.IsConstant ? [] : dim.Symbols)
            EmitData(symbol);
        return _index.Write(dim);
    }

    /// <summary>Gives an expression a name that is known already, such as a reduction's result.</summary>
    public void Name(Expression expression, string name) => Current.Names[expression] = name;

    /// <summary>The text by which an expression is read in the innermost scope; what it needs is written first.</summary>
    public string Emit(Expression expression)
    {
        switch (expression.Kind)
        {
            case ExpressionKind.Constant:
                return CTypes.Literal(expression.Number, expression.DType);
            case ExpressionKind.Size:
                return $"int64_t({Place(expression.Index)})";
        }

        foreach (var scope in _scopes)
        {
            if (scope.Names.TryGetValue(expression, out string? known))
                return known;
        }

        int target = ScopeOf(expression.Places);
        if (target == _scopes.Count - 1)
            return EmitHere(expression);

        // Written further out: the scopes inside wait meanwhile.
        var inner = _scopes[(target + 1)..];
        _scopes.RemoveRange(target + 1, inner.Count);
        string name = EmitHere(expression);
        _scopes.AddRange(inner);
        return name;
    }

    private string EmitHere(Expression expression)
    {
        string name = expression.Kind switch
        {
            ExpressionKind.Load => EmitLoad(expression),
            ExpressionKind.Select => EmitSelect(expression),
            ExpressionKind.Reduce => EmitLoop(expression),
            _ => Declare(expression, string.Format(System.Globalization.CultureInfo.InvariantCulture, expression.Text.Replace("{{", "{{{{").Replace("}}", "}}}}"), Array.ConvertAll(expression.Operands, Emit))),
        };
        Current.Names[expression] = name;
        return name;
    }

    private string Declare(Expression expression, string value)
    {
        string name = NewName("t");
        Line($"const {CTypes.Of(expression.DType)} {name} = {value};");
        return name;
    }

    private string EmitLoad(Expression load)
    {
        if (Cached?.Invoke(load) is { } cached)
            return cached;
        if (Vector is { } vector && load.Places.Contains(vector.Lane) && VectorStart(load, vector.Lane, vector.Length) is { } start)
        {
            // The whole vector is read where the lanes are not yet told apart, once.
            var key = (load.Source!, start);
            if (!_cached.TryGetValue(key, out string? array) || !IsOpen(array))
            {
                array = NewName("v");
                int lanes = _scopes.FindIndex(scope => scope.Places.Contains(vector.Lane));
                var inner = _scopes[lanes..];
                _scopes.RemoveRange(lanes, inner.Count);
                string place = Place(start);
                Line($"{CTypes.Of(load.DType)} {array}[{vector.Length}];");
                Line($"load_vector<{vector.Length}>({array}, {Arguments.Pointer(load.Source!)} + {place});");
                Current.Arrays.Add(array);
                _scopes.AddRange(inner);
                _cached[key] = array;
            }

            return $"{array}[{_placeNames[vector.Lane]}]";
        }

        return Declare(load, $"load({Arguments.Pointer(load.Source!)} + {Place(load.Index)})");
    }

    /// <summary>Where the vector begins that a load's lanes form, or null where they are not one aligned vector.</summary>
    public Dim? VectorStart(Expression load, Symbol lane, int length)
    {
        var index = load.Index;
        foreach (var symbol in index.Symbols)
        {
            if (_pool.DataOf(symbol) is { } data && data.Number.Places.Contains(lane))
                return null;
        }

        var start = index.Substitute(symbol => symbol == lane ? 0 : symbol);
        return index.Equals(start + lane) && Dim.Mod(start, length).Equals(0) ? start : (Dim?)null;
    }

    private bool IsOpen(string array) => _scopes.Exists(scope => scope.Arrays.Contains(array));

    private string EmitSelect(Expression select)
    {
        string condition = Emit(select.Operands[0]);
        string name = NewName("t");
        Line($"{CTypes.Of(select.DType)} {name};");
        for (int branch = 1; branch <= 2; branch++)
        {
            Open(isBranch: true);
            string value = Emit(select.Operands[branch]);
            Line($"{name} = {value};");
            string body = Close();
            Block(branch == 1 ? $"if ({condition})" : "else", body);
        }

        return name;
    }

    /// <summary>A reduction that one thread computes alone.</summary>
    private string EmitLoop(Expression reduce)
    {
        string type = reduce.Reduction.TypeName(reduce.Operands[0].DType);
        string accumulator = NewName("sum"), place = NewName("r");
        Line($"{type}::Value {accumulator} = {type}::identity();");
        string extent = Place(reduce.Index);

        // Reductions that do not depend on the place are done once, before; nothing else is, since the loop may not run.
        foreach (var part in reduce.Operands[0].UnguardedParts().Where(part => part.Kind == ExpressionKind.Reduce && part.Places.IsSubsetOf(Current.Places)))
            Emit(part);
        Open(isBranch: true, (reduce.Over!, place));
        string value = Emit(reduce.Operands[0]);
        Line($"{accumulator} = {type}::combine({accumulator}, {Term(reduce, value, place)});");
        string body = Close();
        Block($"for (int {place} = 0; {place} < {extent}; ++{place})", body);
        return Declare(reduce, Result(reduce, accumulator));
    }

    /// <summary>What a number at a place adds to an accumulator.</summary>
    public static string Term(Expression reduce, string value, string place) =>
        reduce.Reduction.IsPlace() ? $"{reduce.Reduction.TypeName(reduce.Operands[0].DType)}::at({value}, {place})" : value;

    /// <summary>The number that a finished accumulator gives.</summary>
    public static string Result(Expression reduce, string accumulator) => reduce.Reduction.IsPlace() ? $"{accumulator}.place" : accumulator;

    /// <summary>The outermost scope in which places are known, and that is not outside a branch.</summary>
    private int ScopeOf(IReadOnlySet<Symbol> places)
    {
        int first = _scopes.FindLastIndex(scope => scope.IsBranch);
        for (int i = Math.Max(first, 0); i < _scopes.Count; i++)
        {
            if (places.IsSubsetOf(_scopes[i].Places))
                return i;
        }

        throw new InvalidOperationException($"places {string.Join(", ", places)} are not known here");
    }

    private string? NameOfPlace(Symbol symbol) => _pool.IsPlace(symbol) ? _placeNames[symbol] : null;

    /// <summary>Writes the number behind a place that depends on data, and its check.</summary>
    private void EmitData(Symbol symbol)
    {
        if (_pool.DataOf(symbol) is not { } data)
            return;
        string number = Emit(data.Number);
        foreach (var scope in _scopes)
        {
            if (scope.Checked.TryGetValue(symbol, out string? known))
            {
                _placeNames[symbol] = known;
                return;
            }
        }

        int target = ScopeOf(data.Number.Places);
        var inner = _scopes[(target + 1)..];
        _scopes.RemoveRange(target + 1, inner.Count);
        string name = NewName("at"), size = Place(data.Size);
        Line($"const int {name} = check_place(int64_t({number}), {size}, a.fault, {Arguments.Node(data.Node)});");
        Current.Checked[symbol] = name;
        _scopes.AddRange(inner);
        _placeNames[symbol] = name;
    }
}

/// <summary>A block of a kernel that is being written.</summary>
internal sealed class WriterScope(string indent, bool isBranch)
{
    public string Indent { get; } = indent;

    public bool IsBranch { get; } = isBranch;

    /// <summary>The places that are known.</summary>
    public HashSet<Symbol> Places { get; } = [];

    public StringBuilder Text { get; } = new();

    public Dictionary<Expression, string> Names { get; } = [];

    /// <summary>The variables of checked places that depend on data.</summary>
    public Dictionary<Symbol, string> Checked { get; } = [];

    /// <summary>The vectors that were read here.</summary>
    public HashSet<string> Arrays { get; } = [];
}
