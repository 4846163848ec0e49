using System.Globalization;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>A symbolic text that is not understood. Callers say where it stood.</summary>
internal sealed class SymbolicTextException(string message) : EvergraphException(message);

/// <summary>What the names in a symbolic text stand for.</summary>
internal interface ISymbolicNames
{
    /// <summary>The size of a name such as <c>s77</c>, or null where there is none.</summary>
    Dim? Symbol(string name);

    /// <summary>A size of an input as a guard names it, by the keys between <c>L</c> and <c>.size()</c>; or null.</summary>
    Dim? InputSize(IReadOnlyList<string> keys, long axis);

    /// <summary>An integer input as a guard names it, or null.</summary>
    Dim? InputNumber(IReadOnlyList<string> keys);
}

/// <summary>
/// Reads the three ways in which these files write sizes and conditions: sympy's srepr
/// (<c>FloorDiv(Add(Symbol('s77', positive=True, integer=True), Integer(1)), Integer(2))</c>), sympy's str
/// (<c>2*s77</c>), and Python (<c>L['y'].size()[0] == 2*L['x'].size()[0]</c>). They are one grammar: Python's expressions.
/// </summary>
internal sealed class SymbolicText
{
    private const int MaxLength = 1 << 16;

    private readonly SymbolicTokens _tokens;
    private readonly ISymbolicNames _names;
    private readonly int _maxDepth;
    private int _depth;

    private SymbolicText(string text, ISymbolicNames names, int maxDepth)
    {
        if (text.Length > MaxLength)
            throw new SymbolicTextException($"expected at most {MaxLength} characters, given {text.Length}");
        _tokens = new(text);
        _names = names;
        _maxDepth = maxDepth;
    }

    /// <summary>The size in <paramref name="text"/>.</summary>
    /// <exception cref="SymbolicTextException">It is not one, or uses an unknown name or function.</exception>
    public static Dim ParseSize(string text, ISymbolicNames names, int maxDepth)
    {
        var parser = new SymbolicText(text, names, maxDepth);
        SymbolicValue value = parser.Expression();
        parser._tokens.ExpectEnd();
        return parser.Size(value);
    }

    /// <summary>The conditions in <paramref name="text"/>, all of which hold when it does.</summary>
    /// <exception cref="SymbolicTextException">It is none, or uses an unknown name or function.</exception>
    public static IReadOnlyList<Condition> ParseConditions(string text, ISymbolicNames names, int maxDepth)
    {
        var parser = new SymbolicText(text, names, maxDepth);
        SymbolicValue value = parser.Expression();
        parser._tokens.ExpectEnd();
        return parser.Conditions(value);
    }

    private SymbolicValue Expression()
    {
        if (++_depth > _maxDepth)
            throw _tokens.Error($"at most {_maxDepth} levels");
        SymbolicValue value = Not();
        while (_tokens.TakeWord("and"))
            value = new([.. Conditions(value), .. Conditions(Not())]);
        if (_tokens.PeekWord("or"))
            throw _tokens.Error("a condition without 'or'");
        _depth--;
        return value;
    }

    private SymbolicValue Not()
    {
        bool negated = false;
        while (_tokens.TakeWord("not"))
            negated = !negated;
        SymbolicValue value = Comparison();
        return negated ? Negate(value) : value;
    }

    private SymbolicValue Comparison()
    {
        SymbolicValue left = Sum();
        var conditions = new List<Condition>();
        while (_tokens.TakeRelation() is { } relation)
        {
            SymbolicValue right = Sum();
            conditions.Add(new(Size(left), relation, Size(right)));
            left = right;
        }
        return conditions.Count == 0 ? left : new(conditions);
    }

    private SymbolicValue Sum()
    {
        SymbolicValue value = Product();
        while (true)
        {
            if (_tokens.Take("+"))
                value = new(Size(value) + Size(Product()));
            else if (_tokens.Take("-"))
                value = new(Size(value) - Size(Product()));
            else
                return value;
        }
    }

    private SymbolicValue Product()
    {
        SymbolicValue value = Unary();
        while (true)
        {
            if (_tokens.Take("//"))
                value = new(Divide(Size(value), Size(Unary())));
            else if (_tokens.Take("%"))
                value = new(Remainder(Size(value), Size(Unary())));
            else if (!_tokens.Peek("**") && _tokens.Take("*"))
                value = new(Size(value) * Size(Unary()));
            else if (_tokens.Peek("/"))
                throw _tokens.Error("an operation on whole numbers");
            else
                return value;
        }
    }

    private SymbolicValue Unary()
    {
        int signs = 0;
        while (_tokens.Peek("-") || _tokens.Peek("+"))
            signs += _tokens.Take("-") ? 1 : _tokens.Take("+") ? 0 : 0;
        if (signs % 2 == 1 && _tokens.TakeNegative(out long number))
            return new((Dim)number);
        SymbolicValue value = Primary();
        if (_tokens.Take("**"))
            value = new(Power(Size(value), Size(Unary())));
        return signs % 2 == 1 ? new(-Size(value)) : value;
    }

    private SymbolicValue Primary()
    {
        if (_tokens.TakeNumber(out long number))
            return new((Dim)number);
        if (_tokens.Take("("))
        {
            SymbolicValue inner = Expression();
            _tokens.Expect(")");
            return inner;
        }
        string name = _tokens.Name();
        if (name == "L" && _tokens.Peek("["))
            return new(Input());
        if (_tokens.Take("("))
            return Call(name);
        return name switch
        {
            "true" or "True" => new([new(0, Relation.Equal, 0)]),
            "false" or "False" => new([new(0, Relation.Equal, 1)]),
            _ => new(_names.Symbol(name) ?? throw _tokens.Error("a known symbol", name)),
        };
    }

    /// <summary><c>L['x'].size()[0]</c>, or <c>L['n']</c> for an integer input; keys may be texts or numbers.</summary>
    private Dim Input()
    {
        var keys = new List<string>();
        while (_tokens.Take("["))
        {
            keys.Add(_tokens.TakeNumber(out long index) ? index.ToString(CultureInfo.InvariantCulture) : _tokens.Quoted());
            _tokens.Expect("]");
        }
        if (!_tokens.Take("."))
            return _names.InputNumber(keys) ?? throw _tokens.Error("an integer input", string.Join('.', keys));
        string method = _tokens.Name();
        if (method is not ("size" or "shape"))
            throw _tokens.Error("size() or shape", method);
        if (_tokens.Take("("))
            _tokens.Expect(")");
        _tokens.Expect("[");
        if (!_tokens.TakeNumber(out long axis))
            throw _tokens.Error("an axis");
        _tokens.Expect("]");
        return _names.InputSize(keys, axis) ?? throw _tokens.Error("a tensor input and one of its axes", $"{string.Join('.', keys)}[{axis}]");
    }

    private SymbolicValue Call(string function)
    {
        if (function is "Symbol")
        {
            string name = _tokens.Quoted();
            while (_tokens.Take(","))
            {
                // Assumptions such as positive=True; the declared range says more.
                _tokens.Name();
                _tokens.Expect("=");
                _tokens.Name();
            }
            _tokens.Expect(")");
            return new(_names.Symbol(name) ?? throw _tokens.Error("a known symbol", name));
        }
        var arguments = new List<SymbolicValue>();
        if (!_tokens.Take(")"))
        {
            do
                arguments.Add(Expression());
            while (_tokens.Take(","));
            _tokens.Expect(")");
        }
        return SymbolicFunctions.Apply(function, arguments, this, _tokens);
    }

    internal Dim Size(SymbolicValue value) => value.Size ?? throw _tokens.Error("a size", "a condition");

    internal IReadOnlyList<Condition> Conditions(SymbolicValue value) => value.Conditions ?? throw _tokens.Error("a condition", "a size");

    internal SymbolicValue Negate(SymbolicValue value) => Conditions(value) is [var only]
        ? new([!only])
        : throw _tokens.Error("the opposite of one condition, not of several");

    internal Dim Divide(Dim a, Dim b) => IsZero(b) ? throw _tokens.Error("a divisor that is not 0") : Dim.FloorDiv(a, b);

    internal Dim Remainder(Dim a, Dim b) => IsZero(b) ? throw _tokens.Error("a divisor that is not 0") : Dim.Mod(a, b);

    internal Dim Power(Dim value, Dim exponent)
    {
        if (!exponent.TryGetConstant(out long times) || times is < 0 or > DimLimits.Degree)
            throw _tokens.Error($"a whole exponent from 0 to {DimLimits.Degree}", $"{exponent}");
        Dim power = 1;
        for (long i = 0; i < times; i++)
            power *= value;
        return power;
    }

    private static bool IsZero(Dim dim) => dim.TryGetConstant(out long value) && value == 0;
}

/// <summary>A size, or conditions that all hold together.</summary>
internal readonly struct SymbolicValue
{
    public SymbolicValue(Dim size) => Size = size;

    public SymbolicValue(IReadOnlyList<Condition> conditions) => Conditions = conditions;

    public Dim? Size { get; }

    public IReadOnlyList<Condition>? Conditions { get; }
}
