namespace Evergraph.Graph;

/// <summary>The defaults of a schema's parameters as arguments of a node.</summary>
public static class ArgumentDefaults
{
    /// <summary>The default of a parameter, or null where it has none.</summary>
    public static Argument? Of(SchemaArgument parameter)
    {
        if (parameter.Default is not { } value)
            return null;
        if (value.Kind == SchemaDefaultKind.None)
            return Argument.None;
        bool list = parameter.Type.IsList;
        return parameter.Type.Kind switch
        {
            SchemaKind.SymInt or SchemaKind.Int when list => new DimListArgument(Expand(parameter, value).ToEquatableArray()),
            // The reductions of PyTorch's losses: none 0, mean 1, sum 2.
            SchemaKind.Int when value.Kind == SchemaDefaultKind.Constant => new DimArgument(value.Text == "Mean" ? 1 : 2),
            SchemaKind.SymInt or SchemaKind.Int => new DimArgument(value.Int),
            SchemaKind.ScalarType => new DTypeArgument(DTypeOf(value.Text)),
            SchemaKind.Float when list => new FloatListArgument(value.Floats.ToEquatableArray()),
            SchemaKind.Float => new FloatArgument(value.Float),
            SchemaKind.Bool when list => new BoolListArgument(value.Bools.ToEquatableArray()),
            SchemaKind.Bool => new BoolArgument(value.Bool),
            SchemaKind.Scalar => new ScalarArgument(value.Kind switch
            {
                SchemaDefaultKind.Float => (Scalar)value.Float,
                SchemaDefaultKind.Bool => (Scalar)value.Bool,
                _ => value.Int,
            }),
            SchemaKind.Tensor when list => new TensorListArgument([]),
            _ => new StringArgument(value.Text),
        };
    }

    /// <summary>Whether an argument is what the parameter's default is.</summary>
    public static bool IsDefault(SchemaArgument parameter, Argument argument) => Of(parameter) is { } value && value.Equals(argument);

    /// <summary>All arguments of an operator, the trailing ones taken from the defaults.</summary>
    /// <exception cref="EvergraphException">More arguments are given than there are parameters, or one without a default is missing.</exception>
    public static EquatableArray<Argument> Complete(OperatorSchema schema, params ReadOnlySpan<Argument> leading)
    {
        if (leading.Length > schema.Arguments.Count)
            throw new EvergraphException($"{schema.FullName}: expected at most {schema.Arguments.Count} arguments, given {leading.Length}");
        var arguments = new Argument[schema.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = i < leading.Length ? leading[i] : Of(schema.Arguments[i]) ?? throw new EvergraphException(
                $"{schema.FullName}: argument {schema.Arguments[i].Name} is missing and has no default");
        }

        return EquatableArray<Argument>.Own(arguments);
    }

    // Schemas use both of PyTorch's names of a type.
    private static DType DTypeOf(string name) => name switch
    {
        "float" => DType.Float32,
        "double" => DType.Float64,
        "half" => DType.Float16,
        "int" => DType.Int32,
        "long" => DType.Int64,
        _ when DTypes.TryParse(name, out var dtype) => dtype,
        _ => throw new EvergraphException($"a schema's default is the element type {name}: expected one of {string.Join(", ", DTypes.All.Select(DTypes.Name))}"),
    };

    /// <summary>A lone number stands for every element of a list of fixed length: <c>int[2] stride=1</c>.</summary>
    private static IEnumerable<Dim> Expand(SchemaArgument parameter, SchemaDefault value) =>
        value.Kind == SchemaDefaultKind.Int
            ? Enumerable.Repeat((Dim)value.Int, parameter.Type.FixedLength ?? 1)
            : value.Ints.Select(integer => (Dim)integer);
}
