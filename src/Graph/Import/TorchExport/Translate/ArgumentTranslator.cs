namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Makes a node's arguments by its operator's schema: what the file leaves out equals the schema's default.</summary>
internal sealed class ArgumentTranslator(NumberTensors numbers)
{
    private readonly Dictionary<OperatorDefinition, Argument?[]> _defaults = new(ReferenceEqualityComparer.Instance);

    /// <summary>One argument for each parameter of the schema.</summary>
    /// <exception cref="ImportException">An argument is missing, unknown or of another kind than the schema's.</exception>
    public EquatableArray<Argument> Translate(OperatorDefinition definition, ValueScope scope, NodeContext at)
    {
        IReadOnlyList<SchemaArgument> parameters = definition.Schema.Arguments;
        IReadOnlyList<ExportedInput> inputs = at.Node!.Inputs;
        Argument?[] defaults = Defaults(definition);
        var arguments = new Argument[parameters.Count];
        int used = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (Find(inputs, parameters[i].Name) is { } input)
            {
                arguments[i] = Translate(parameters[i], input, definition, scope, at);
                used++;
            }
            else
                arguments[i] = defaults[i] ?? throw at.Fault(
                    $"argument {parameters[i].Name} is missing and has no default in '{definition.Schema}'; register the operator with the schema that the file was exported with");
        }
        if (used != inputs.Count)
        {
            string given = string.Join(", ", inputs.Select(static i => i.Name).Where(name => !parameters.Any(p => p.Name == name)).DefaultIfEmpty("one name twice"));
            throw at.Fault($"expected the arguments of '{definition.Schema}', given also {given}; register the operator with the schema that the file was exported with");
        }
        return EquatableArray<Argument>.Own(arguments);
    }

    private Argument?[] Defaults(OperatorDefinition definition)
    {
        if (!_defaults.TryGetValue(definition, out Argument?[]? defaults))
            _defaults[definition] = defaults = [.. definition.Schema.Arguments.Select(ArgumentDefaults.Of)];
        return defaults;
    }

    private static ExportedArgument? Find(IReadOnlyList<ExportedInput> inputs, string name)
    {
        for (int i = 0; i < inputs.Count; i++)
            if (inputs[i].Name == name)
                return inputs[i].Value;
        return null;
    }

    private Argument Translate(SchemaArgument parameter, ExportedArgument input, OperatorDefinition definition, ValueScope scope, NodeContext at)
    {
        SchemaType type = parameter.Type;
        if (input is ExportedArgument.None)
            return type.IsOptional ? Argument.None : throw Mismatch(parameter, input, at);
        Argument? argument = type.Kind switch
        {
            SchemaKind.Tensor => type.IsList ? Tensors(type, input, scope, at) : Tensor(input, definition, scope, at),
            SchemaKind.SymInt or SchemaKind.Int => Integers(type, input, scope, at),
            SchemaKind.Float => type.IsList ? Floats(input) : Float(input),
            SchemaKind.Bool => type.IsList ? Bools(input) : Bool(parameter, input, scope, at),
            SchemaKind.Scalar when !type.IsList => Scalar(input, scope, at),
            SchemaKind.ScalarType => input is ExportedArgument.ScalarType code ? new DTypeArgument(ScalarType(parameter, code, at)) : null,
            SchemaKind.String => input is ExportedArgument.Text text ? new StringArgument(text.Value) : null,
            SchemaKind.Device => input is ExportedArgument.Device device ? new StringArgument(device.Name) : null,
            SchemaKind.Layout => input is ExportedArgument.Layout layout ? new StringArgument(Layout(parameter, layout, at)) : null,
            SchemaKind.MemoryFormat => input is ExportedArgument.MemoryFormat format ? new StringArgument(MemoryFormat(parameter, format, at)) : null,
            _ => null,
        };
        if (argument is null || !ArgumentKinds.Fits(parameter, argument))
            throw Mismatch(parameter, input, at);
        return argument;
    }

    private static ImportException Mismatch(SchemaArgument parameter, ExportedArgument input, NodeContext at) =>
        at.Fault($"argument {parameter.Name}: expected {parameter.Type}, given {input.Kind}{(input is ExportedArgument.SymInt or ExportedArgument.SymInts && parameter.Type.Kind == SchemaKind.Int ? " (a size that is symbolic; declare the parameter SymInt)" : "")}");

    private TensorArgument? Tensor(ExportedArgument input, OperatorDefinition definition, ValueScope scope, NodeContext at) => input switch
    {
        ExportedArgument.Tensor tensor => new TensorArgument(scope.Read(tensor.Name, at)),
        _ when Number(input, scope, at) is { } number => new TensorArgument(numbers.Tensor(number, definition, scope, at)),
        _ => null,
    };

    private static TensorListArgument? Tensors(SchemaType type, ExportedArgument input, ValueScope scope, NodeContext at) => input switch
    {
        ExportedArgument.Tensors tensors when type.IsElementOptional || !tensors.Names.Contains(null) =>
            new(tensors.Names.Select(name => name is null ? (Value?)null : scope.Read(name, at)).ToEquatableArray()),
        _ when IsEmptyList(input) => new TensorListArgument([]),
        _ => null,
    };

    private static Argument? Integers(SchemaType type, ExportedArgument input, ValueScope scope, NodeContext at)
    {
        Dim[]? items = input switch
        {
            ExportedArgument.Int number => [number.Value],
            ExportedArgument.SymInt size => [scope.Size(size.Value, at)],
            ExportedArgument.Ints numbers when type.IsList => [.. numbers.Values.Select(static n => (Dim)n)],
            ExportedArgument.SymInts sizes when type.IsList => [.. sizes.Values.Select(size => scope.Size(size, at))],
            _ when type.IsList && IsEmptyList(input) => [],
            _ => null,
        };
        if (items is null)
            return null;
        if (!type.IsList)
            return new DimArgument(items[0]);
        // One number stands for every element of a list of fixed length: int[2] stride=1.
        if (input is ExportedArgument.Int or ExportedArgument.SymInt && type.FixedLength is > 1 and { } length)
            items = [.. Enumerable.Repeat(items[0], length)];
        return new DimListArgument(EquatableArray<Dim>.Own(items));
    }

    private static FloatArgument? Float(ExportedArgument input) => input switch
    {
        ExportedArgument.Float number => new(number.Value),
        ExportedArgument.Int number => new(number.Value),
        _ => null,
    };

    private static FloatListArgument? Floats(ExportedArgument input) => input switch
    {
        ExportedArgument.Floats numbers => new(numbers.Values.ToEquatableArray()),
        ExportedArgument.Ints numbers => new(numbers.Values.Select(static n => (double)n).ToEquatableArray()),
        _ when IsEmptyList(input) => new FloatListArgument([]),
        _ => null,
    };

    private static BoolArgument? Bool(SchemaArgument parameter, ExportedArgument input, ValueScope scope, NodeContext at) => input switch
    {
        ExportedArgument.Bool truth => new(truth.Value),
        ExportedArgument.SymBool symbol => new(Decide(parameter, scope.Truth(symbol.Name, at), at)),
        _ => null,
    };

    private static bool Decide(SchemaArgument parameter, IReadOnlyList<Condition> truth, NodeContext at) =>
        truth.All(static c => c.Proof == Truth.True) || (truth.Any(static c => c.Proof == Truth.False)
            ? false
            : throw at.Fault($"argument {parameter.Name}: '{string.Join(" and ", truth)}' is true for some sizes and false for others; expected one answer: put the branch inside an operator"));

    private static BoolListArgument? Bools(ExportedArgument input) => input switch
    {
        ExportedArgument.Bools truths => new(truths.Values.ToEquatableArray()),
        _ when IsEmptyList(input) => new BoolListArgument([]),
        _ => null,
    };

    private static ScalarArgument? Scalar(ExportedArgument input, ValueScope scope, NodeContext at) =>
        Number(input, scope, at) is { } number ? new(number) : null;

    private static Scalar? Number(ExportedArgument input, ValueScope scope, NodeContext at) => input switch
    {
        ExportedArgument.Int number => number.Value,
        ExportedArgument.Float number => number.Value,
        ExportedArgument.Bool truth => truth.Value,
        ExportedArgument.SymInt size => scope.Size(size.Value, at),
        _ => null,
    };

    private static bool IsEmptyList(ExportedArgument input) => input
        is ExportedArgument.Ints { Values.Count: 0 } or ExportedArgument.SymInts { Values.Count: 0 } or ExportedArgument.Floats { Values.Count: 0 }
        or ExportedArgument.Bools { Values.Count: 0 } or ExportedArgument.Tensors { Names.Count: 0 } or ExportedArgument.Texts { Values.Count: 0 };

    private static DType ScalarType(SchemaArgument parameter, ExportedArgument.ScalarType code, NodeContext at) =>
        ((TorchScalarType)code.Code).ToDType() ?? throw at.Fault(
            $"argument {parameter.Name}: element type {((TorchScalarType)code.Code).Name()} is not one of {TorchScalarTypes.SupportedNames}; export the model with one of these");

    private static string Layout(SchemaArgument parameter, ExportedArgument.Layout layout, NodeContext at) => layout.Code == 7
        ? "strided"
        : throw at.Fault($"argument {parameter.Name}: layout {layout.Code}, expected 7 (strided): sparse tensors are not supported");

    private static string MemoryFormat(SchemaArgument parameter, ExportedArgument.MemoryFormat format, NodeContext at) => format.Code switch
    {
        1 => "contiguous_format",
        2 => "channels_last",
        3 => "channels_last_3d",
        4 => "preserve_format",
        _ => throw at.Fault($"argument {parameter.Name}: memory format {format.Code}, expected 1 (contiguous) to 4 (preserve)"),
    };
}
