using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// A node's call, worked out once for every size: how arguments are filled and which sizes results get, as formulas over what each call
/// brings. Immutable.
/// </summary>
internal sealed class CallPlan
{
    private readonly List<(int Input, int Axis)> _bindings = [];
    private readonly Dictionary<Symbol, int> _slots;
    private readonly List<Dim> _dims = [];
    private readonly Dictionary<Dim, int> _known = [];

    /// <summary>Plans a call.</summary>
    /// <param name="layout">The call.</param>
    /// <param name="inputs">The types of the node's inputs.</param>
    public CallPlan(CallLayout layout, TensorType[] inputs)
    {
        Layout = layout;
        Inputs = inputs;
        var fakes = new FakeContext();
        var results = CustomOperator.Infer(layout, inputs, fakes);
        Arguments = new(layout.Arguments, Add);
        Results = Array.ConvertAll(results, result => new CallResult(result));
        var slots = _slots = Bind(results, fakes.Requirements);
        for (int i = 0; i < results.Length; i++)
        {
            for (int axis = 0; axis < results[i].Rank; axis++)
                Results[i].Sizes[axis] = SizeOf(results[i].Shape[axis], slots);
        }

        Bindings = [.. _bindings];
        Numbers = [.. Enumerable.Range(0, Bindings.Length).Where(binding => Bindings[binding].Axis < 0)];
        Checks = [.. InputChecks(slots)];
        Program = new([.. slots.Keys], _dims, IsSymbolic ? [.. fakes.Requirements.Select(requirement => requirement.Condition)] : []);
        DTypes = layout.Arguments.SelectMany(argument => argument.Values).Aggregate(DTypeSet.None, (dtypes, value) => dtypes.With(inputs[value.Id].DType));
    }

    /// <summary>The call.</summary>
    public CallLayout Layout { get; }

    /// <summary>The types of the node's inputs.</summary>
    public TensorType[] Inputs { get; }

    /// <summary>The element types of the operands, by which implementations are chosen.</summary>
    public DTypeSet DTypes { get; }

    /// <summary>How arguments are filled; a value is one of the node's inputs.</summary>
    public ArgumentPlan Arguments { get; }

    /// <summary>The results; a size that depends on data is −1.</summary>
    public CallResult[] Results { get; }

    /// <summary>The formulas of sizes, and what the fake requires.</summary>
    public DimProgram Program { get; }

    /// <summary>Where each symbol of <see cref="Program"/> gets its value: an input's axis, or with axis −1 the number in an input.</summary>
    public (int Input, int Axis)[] Bindings { get; }

    /// <summary>The places in <see cref="Bindings"/> of symbols whose value an input has.</summary>
    public int[] Numbers { get; }

    /// <summary>What the inputs' sizes must be for this plan to hold, beyond giving symbols their values.</summary>
    public (int Input, int Axis, int Dim)[] Checks { get; }

    /// <summary>Where a symbol gets its value, see <see cref="Bindings"/>, or null.</summary>
    public (int Input, int Axis)? PlaceOf(Symbol symbol) => _slots.TryGetValue(symbol, out int slot) ? Bindings[slot] : null;

    /// <summary>Whether the operator speaks to other ranks.</summary>
    public bool IsCollective => Layout.Operator.Has(OperatorTraits.Collective);

    /// <summary>Whether the sizes of results follow from formulas; otherwise the fake runs at each call.</summary>
    public bool IsSymbolic { get; private set; } = true;

    /// <summary>Finds for each symbol that arguments or results need where it comes from.</summary>
    private Dictionary<Symbol, int> Bind(TensorType[] results, IReadOnlyList<Requirement> requirements)
    {
        var slots = new Dictionary<Symbol, int>();
        foreach (var (symbol, input) in Layout.SymbolInputs)
            Bind(slots, symbol, input, -1);
        for (int input = 0; input < Inputs.Length; input++)
        {
            for (int axis = 0; axis < Inputs[input].Rank; axis++)
            {
                if (Inputs[input].Shape[axis].TryGetSymbol(out var symbol))
                    Bind(slots, symbol, input, axis);
            }
        }

        foreach (var dim in _dims)
        {
            if (dim.Symbols.FirstOrDefault(symbol => !slots.ContainsKey(symbol)) is { } unbound)
                throw new EvergraphException($"{Layout.Operator.Name}: an argument is {dim} and nothing gives {unbound.Name} a value: expected an input in {AttributeNames.SymbolInputs}, or one with a size that is {unbound.Name} alone");
        }

        IsSymbolic = requirements.All(requirement => IsBound(requirement.Condition.Left, slots) && IsBound(requirement.Condition.Right, slots))
            && results.All(result => result.Shape.All(size => IsBound(size, slots) || IsData(size) || InputWith(size) is not null));
        return slots;
    }

    private IEnumerable<(int Input, int Axis, int Dim)> InputChecks(Dictionary<Symbol, int> slots)
    {
        for (int input = 0; input < Inputs.Length; input++)
        {
            for (int axis = 0; axis < Inputs[input].Rank; axis++)
            {
                if (IsBound(Inputs[input].Shape[axis], slots) && !_bindings.Contains((input, axis)))
                    yield return (input, axis, Add(Inputs[input].Shape[axis]));
            }
        }
    }

    private void Bind(Dictionary<Symbol, int> slots, Symbol symbol, int input, int axis)
    {
        if (slots.TryAdd(symbol, slots.Count))
            _bindings.Add((input, axis));
    }

    private SizeSource SizeOf(Dim size, Dictionary<Symbol, int> slots)
    {
        if (size.TryGetConstant(out long constant))
            return new(SizeSourceKind.Constant, constant, 0);
        if (InputWith(size) is { } place)
            return new(SizeSourceKind.Input, place.Input, place.Axis);
        return IsBound(size, slots) ? new(SizeSourceKind.Formula, Add(size), 0) : new(SizeSourceKind.Data, -1, 0);
    }

    private static bool IsBound(Dim dim, Dictionary<Symbol, int> slots) => dim.Symbols.All(slots.ContainsKey);

    private static bool IsData(Dim dim) => dim.Symbols.Any(symbol => symbol.Kind == SymbolKind.Data);

    /// <summary>An input's axis of the very same size: that needs no formula, and no value for each symbol in it.</summary>
    private (int Input, int Axis)? InputWith(Dim size)
    {
        for (int input = 0; input < Inputs.Length; input++)
        {
            for (int axis = 0; axis < Inputs[input].Rank; axis++)
            {
                if (Inputs[input].Shape[axis].Equals(size))
                    return (input, axis);
            }
        }

        return null;
    }

    private int Add(Dim dim)
    {
        if (!_known.TryGetValue(dim, out int place))
        {
            _known.Add(dim, place = _dims.Count);
            _dims.Add(dim);
        }

        return place;
    }
}

/// <summary>One result of a call.</summary>
/// <param name="Type">Its type at every size.</param>
internal sealed record CallResult(TensorType Type)
{
    /// <summary>Its element type.</summary>
    public DType DType => Type.DType;

    /// <summary>How many sizes it has.</summary>
    public int Rank => Type.Rank;

    /// <summary>Where each size comes from.</summary>
    public SizeSource[] Sizes { get; } = new SizeSource[Type.Rank];
}

/// <summary>Where a result's size comes from.</summary>
/// <param name="Kind">How to read the rest.</param>
/// <param name="Value">The number, the input, or the formula's place.</param>
/// <param name="Axis">The input's axis.</param>
internal readonly record struct SizeSource(SizeSourceKind Kind, long Value, int Axis);

/// <summary>The kinds of <see cref="SizeSource"/>.</summary>
internal enum SizeSourceKind
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>An input has the same.</summary>
    Input,

    /// <summary>A formula over symbols.</summary>
    Formula,

    /// <summary>It depends on data.</summary>
    Data,
}
