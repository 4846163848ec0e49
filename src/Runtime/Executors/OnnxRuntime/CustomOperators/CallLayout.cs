using System.Globalization;
using Evergraph.Graph;
using Evergraph.Graph.Text;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// How a node of ONNX is a call of an operator: which input is which tensor, what the attributes say of everything else. Values in
/// <see cref="Arguments"/> are numbered by the node's inputs.
/// </summary>
internal sealed class CallLayout
{
    private readonly Dictionary<string, Symbol> _symbols = new(StringComparer.Ordinal);

    private CallLayout(OperatorDefinition definition, int inputs)
    {
        Operator = definition;
        InputCount = inputs;
    }

    /// <summary>The operator that is called.</summary>
    public OperatorDefinition Operator { get; }

    /// <summary>How many inputs the node has.</summary>
    public int InputCount { get; }

    /// <summary>One argument for each parameter of the schema.</summary>
    public EquatableArray<Argument> Arguments { get; private set; }

    /// <summary>The symbols of the node by name; those of the inputs' sizes join when types are read.</summary>
    public Dictionary<string, Symbol> Symbols => _symbols;

    /// <summary>Symbols whose value an input has, with its position.</summary>
    public IReadOnlyList<(Symbol Symbol, int Input)> SymbolInputs { get; private set; } = [];

    /// <summary>The types of the inputs where the node says them, or null.</summary>
    public TensorType[]? InputTypes { get; private set; }

    /// <summary>Reads a node.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="attributes">The node's attributes.</param>
    /// <param name="inputs">How many inputs the node has.</param>
    /// <exception cref="EvergraphException">Attributes or inputs are not what the schema takes.</exception>
    public static CallLayout Read(OperatorDefinition definition, NodeAttributes attributes, int inputs)
    {
        var layout = new CallLayout(definition, inputs);
        layout.ReadSymbols(attributes);
        int next = 0;
        var arguments = new Argument[definition.Schema.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            var parameter = definition.Schema.Arguments[i];
            arguments[i] = parameter.Type.Kind == SchemaKind.Tensor
                ? layout.ReadTensors(parameter, attributes, inputs, ref next)
                : layout.ReadAttribute(parameter, attributes);
        }

        int most = arguments.SelectMany(argument => argument.Values).Select(value => value.Id).Concat(layout.SymbolInputs.Select(input => input.Input)).DefaultIfEmpty(-1).Max();
        if (most >= inputs)
            throw new EvergraphException($"{definition.Name}: the node has {inputs} input(s): expected at least {most + 1}; give every tensor of {definition.Schema} an input");
        layout.Arguments = EquatableArray<Argument>.Own(arguments);
        layout.ReadTypes(attributes, inputs);
        return layout;
    }

    private void ReadTypes(NodeAttributes attributes, int inputs)
    {
        if (attributes.Text(AttributeNames.InputTypes) is not { } text)
            return;
        var cursor = new LineCursor(text, 0);
        var types = new List<TensorType>();
        while (!cursor.AtEnd)
        {
            types.Add(TensorTypeText.Take(cursor, _symbols.GetValueOrDefault));
            cursor.TryTake(", ");
        }

        if (types.Count != inputs)
            throw new EvergraphException($"{Operator.Name}: attribute {AttributeNames.InputTypes} has {types.Count} types: expected one for each of {inputs} inputs");
        InputTypes = [.. types];
    }

    private void ReadSymbols(NodeAttributes attributes)
    {
        if (attributes.Text(AttributeNames.Symbols) is not { Length: > 0 } text)
            return;
        string[] names = text.Split(',');
        long[] ranges = attributes.Ints(AttributeNames.SymbolRanges) ?? [];
        long[] inputs = attributes.Ints(AttributeNames.SymbolInputs) ?? [];
        if (ranges.Length != 2 * names.Length || inputs.Length != names.Length)
        {
            throw new EvergraphException(
                $"{Operator.Name}: attributes {AttributeNames.Symbols}, {AttributeNames.SymbolRanges} and {AttributeNames.SymbolInputs} disagree: "
                + $"expected two bounds and one input for each of {names.Length} symbols, given {ranges.Length} and {inputs.Length}");
        }

        var bound = new List<(Symbol, int)>();
        for (int i = 0; i < names.Length; i++)
        {
            var symbol = new Symbol(names[i], ranges[2 * i], ranges[(2 * i) + 1]);
            _symbols[names[i]] = symbol;
            if (inputs[i] >= 0)
                bound.Add((symbol, checked((int)inputs[i])));
        }

        SymbolInputs = bound;
    }

    private Argument ReadTensors(SchemaArgument parameter, NodeAttributes attributes, int inputs, ref int next)
    {
        if (parameter.Type.IsList)
        {
            if (attributes.Int(parameter.Name) == -1 && parameter.Type.IsOptional)
                return Argument.None;
            var positions = attributes.Ints(parameter.Name);
            positions ??= [.. Enumerable.Range(next, Math.Max(0, inputs - next)).Select(position => (long)position)];
            next = Math.Max(next, (int)positions.DefaultIfEmpty(-1).Max() + 1);
            return new TensorListArgument(positions.Select(position => position < 0 ? (Value?)null : new Value((int)position)).ToEquatableArray());
        }

        long at = attributes.Int(parameter.Name) ?? (next < inputs || !parameter.Type.IsOptional ? next : -1);
        if (at < 0)
            return Argument.None;
        next = (int)at + 1;
        return new TensorArgument(new((int)at));
    }

    private Argument ReadAttribute(SchemaArgument parameter, NodeAttributes attributes)
    {
        // Asked for numbers, ONNX Runtime answers for a text with an empty list: the text is asked for first.
        string name = parameter.Name;
        if (attributes.Text(name) is { } text)
            return ParseText(parameter, text);
        bool list = parameter.Type.IsList;
        Argument? found = parameter.Type.Kind switch
        {
            SchemaKind.SymInt or SchemaKind.Int when list => attributes.Ints(name) is { } integers ? new DimListArgument(integers.Select(integer => (Dim)integer).ToEquatableArray()) : null,
            SchemaKind.SymInt or SchemaKind.Int => attributes.Int(name) is { } integer ? new DimArgument(integer) : null,
            SchemaKind.Bool when list => attributes.Ints(name) is { } truths ? new BoolListArgument(truths.Select(truth => truth != 0).ToEquatableArray()) : null,
            SchemaKind.Bool => attributes.Int(name) is { } truth ? new BoolArgument(truth != 0) : null,
            SchemaKind.Float when list => (attributes.Floats(name) is { Length: > 0 } some ? some : Widen(attributes.Ints(name))) is { } numbers ? new FloatListArgument(numbers.Select(number => (double)number).ToEquatableArray()) : null,
            SchemaKind.Float => (attributes.Float(name) ?? attributes.Int(name)) is { } number ? new FloatArgument(number) : null,
            SchemaKind.Scalar when attributes.Int(name) is { } integer => new ScalarArgument(integer),
            SchemaKind.Scalar => attributes.Float(name) is { } number ? new ScalarArgument((double)number) : null,
            _ => null,
        };
        return found ?? ArgumentDefaults.Of(parameter) ?? (parameter.Type.IsOptional ? Argument.None : throw new EvergraphException(
            $"{Operator.Name}: the node has no attribute {name}: expected one, because {parameter} has no default"));
    }

    private static float[]? Widen(long[]? integers) => integers is null ? null : Array.ConvertAll(integers, integer => (float)integer);

    private Argument ParseText(SchemaArgument parameter, string text)
    {
        if (parameter.Type.Kind is SchemaKind.String or SchemaKind.Device or SchemaKind.Layout or SchemaKind.MemoryFormat)
            return new StringArgument(text);
        try
        {
            return ArgumentText.Parse(text, parameter, _ => throw new EvergraphException("a tensor is no attribute"), name => _symbols.GetValueOrDefault(name), new(text, 0));
        }
        catch (EvergraphException exception)
        {
            throw new EvergraphException(string.Create(CultureInfo.InvariantCulture, $"{Operator.Name}: attribute {parameter.Name} is \"{text}\": {exception.Message}"), exception);
        }
    }
}
