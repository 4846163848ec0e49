namespace Evergraph.Graph;

/// <summary>
/// The arguments of a fake, read by position in the schema. Tensors appear as their types; integers keep their symbols.
/// </summary>
/// <param name="arguments">One for each parameter of the schema.</param>
/// <param name="types">The type of each value, by its id.</param>
public readonly ref struct FakeArguments(ReadOnlySpan<Argument> arguments, ReadOnlySpan<TensorType> types)
{
    private readonly ReadOnlySpan<Argument> _arguments = arguments;
    private readonly ReadOnlySpan<TensorType> _types = types;

    /// <summary>How many arguments there are.</summary>
    public int Count => _arguments.Length;

    /// <summary>The argument itself.</summary>
    public Argument this[int index] => _arguments[index];

    /// <summary>A <c>Tensor</c>'s type.</summary>
    public TensorType Tensor(int index) => _types[Get<TensorArgument>(index).Value.Id];

    /// <summary>A <c>Tensor?</c>'s type, or null.</summary>
    public TensorType? OptionalTensor(int index) => IsNone(index) ? null : Tensor(index);

    /// <summary>The types of a <c>Tensor[]</c>.</summary>
    public TensorType[] Tensors(int index)
    {
        var items = Get<TensorListArgument>(index).Items.AsSpan();
        var types = new TensorType[items.Length];
        for (int i = 0; i < types.Length; i++)
            types[i] = _types[(items[i] ?? throw Mismatch(index, "a tensor in every place of the list")).Id];
        return types;
    }

    /// <summary>The types of a <c>Tensor?[]</c>.</summary>
    public TensorType?[] OptionalTensors(int index)
    {
        var items = Get<TensorListArgument>(index).Items.AsSpan();
        var types = new TensorType?[items.Length];
        for (int i = 0; i < types.Length; i++)
        {
            if (items[i] is { } value)
                types[i] = _types[value.Id];
        }

        return types;
    }

    /// <summary>A <c>SymInt</c>.</summary>
    public Dim Dim(int index) => Get<DimArgument>(index).Dim;

    /// <summary>A <c>SymInt?</c>.</summary>
    public Dim? OptionalDim(int index) => IsNone(index) ? (Dim?)null : Dim(index);

    /// <summary>A <c>SymInt[]</c>.</summary>
    public Dim[] Dims(int index) => Get<DimListArgument>(index).Items.AsSpan().ToArray();

    /// <summary>A <c>SymInt[]?</c>.</summary>
    public Dim[]? OptionalDims(int index) => IsNone(index) ? null : Dims(index);

    /// <summary>An <c>int</c>.</summary>
    public long Int(int index) => Constant(index, Dim(index));

    /// <summary>An <c>int?</c>.</summary>
    public long? OptionalInt(int index) => IsNone(index) ? null : Int(index);

    /// <summary>An <c>int[]</c>.</summary>
    public long[] Ints(int index)
    {
        var items = Get<DimListArgument>(index).Items.AsSpan();
        var integers = new long[items.Length];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = Constant(index, items[i]);
        return integers;
    }

    /// <summary>An <c>int[]?</c>.</summary>
    public long[]? OptionalInts(int index) => IsNone(index) ? null : Ints(index);

    /// <summary>A <c>float</c>.</summary>
    public double Float(int index) => Get<FloatArgument>(index).Number;

    /// <summary>A <c>float?</c>.</summary>
    public double? OptionalFloat(int index) => IsNone(index) ? null : Float(index);

    /// <summary>A <c>float[]</c>.</summary>
    public double[] Floats(int index) => Get<FloatListArgument>(index).Items.AsSpan().ToArray();

    /// <summary>A <c>float[]?</c>.</summary>
    public double[]? OptionalFloats(int index) => IsNone(index) ? null : Floats(index);

    /// <summary>A <c>bool</c>.</summary>
    public bool Bool(int index) => Get<BoolArgument>(index).Truth;

    /// <summary>A <c>bool?</c>.</summary>
    public bool? OptionalBool(int index) => IsNone(index) ? null : Bool(index);

    /// <summary>A <c>bool[]</c>.</summary>
    public bool[] Bools(int index) => Get<BoolListArgument>(index).Items.AsSpan().ToArray();

    /// <summary>A <c>bool[]?</c>.</summary>
    public bool[]? OptionalBools(int index) => IsNone(index) ? null : Bools(index);

    /// <summary>A <c>str</c>, layout, device or memory format.</summary>
    public string String(int index) => Get<StringArgument>(index).Text;

    /// <summary>A <c>str?</c>.</summary>
    public string? OptionalString(int index) => IsNone(index) ? null : String(index);

    /// <summary>A <c>Scalar</c>.</summary>
    public Scalar Scalar(int index) => Get<ScalarArgument>(index).Scalar;

    /// <summary>A <c>Scalar?</c>.</summary>
    public Scalar? OptionalScalar(int index) => IsNone(index) ? null : Scalar(index);

    /// <summary>A <c>ScalarType</c>.</summary>
    public DType DType(int index) => Get<DTypeArgument>(index).DType;

    /// <summary>A <c>ScalarType?</c>.</summary>
    public DType? OptionalDType(int index) => IsNone(index) ? null : DType(index);

    /// <summary>The type of a value that an argument reads.</summary>
    public TensorType TypeOf(Value value) => _types[value.Id];

    private bool IsNone(int index) => _arguments[index] is NoneArgument;

    private T Get<T>(int index)
        where T : Argument => _arguments[index] as T ?? throw Mismatch(index, typeof(T).Name);

    private long Constant(int index, Dim dim) => dim.TryGetConstant(out long value) ? value : throw FakeContext.Fail(
        $"argument {index} is a plain int and cannot depend on a symbolic size: expected a constant, given {dim}; declare it SymInt in the schema");

    private ShapeException Mismatch(int index, string expected) => FakeContext.Fail(
        $"argument {index} has another kind than the schema says: expected {expected}, given {_arguments[index].GetType().Name}");
}
