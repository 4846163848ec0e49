namespace Evergraph.Graph;

/// <summary>Draws the parts of one <see cref="OperatorSample"/>. The same seed draws the same sample.</summary>
/// <param name="random">Where all choices come from.</param>
public sealed class SampleBuilder(Random random)
{
    private readonly Dictionary<Symbol, long> _sizes = [];
    private int _ranks = 1;

    /// <summary>Where all choices come from.</summary>
    public Random Random => random;

    /// <summary>A symbolic size with a number drawn from its range. Sizes 0 and 1 come up often, as they do in bugs.</summary>
    public Dim Size(int min = 0, int max = 5)
    {
        var symbol = new Symbol($"n{_sizes.Count}", min, max, SymbolKind.Input);
        _sizes.Add(symbol, random.Next(min, max + 1));
        return symbol;
    }

    /// <summary>Symbolic sizes for a tensor of the given rank.</summary>
    public Dim[] Sizes(int rank, int min = 0, int max = 4)
    {
        var sizes = new Dim[rank];
        for (int i = 0; i < rank; i++)
            sizes[i] = Size(min, max);
        return sizes;
    }

    /// <summary>The number that a size stands for here.</summary>
    public long NumberOf(Dim size) => size.Evaluate(symbol => _sizes[symbol]);

    /// <summary>One of the choices.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int Next(int min, int max) => random.Next(min, max + 1);

    /// <summary>True half of the time.</summary>
    public bool Coin() => random.Next(2) == 0;

    /// <summary>One of the floating-point types.</summary>
    public DType Floating() => Pick(DType.Float32, DType.Float64, DType.Float16, DType.BFloat16);

    /// <summary>One of the types that arithmetic takes: all but bool.</summary>
    public DType Number() => (DType)random.Next((int)DType.Bool);

    /// <summary>Any of the types.</summary>
    public DType Any() => (DType)random.Next((int)DType.Bool + 1);

    /// <summary>Lets every following tensor have other numbers on each of this many ranks.</summary>
    public void OnRanks(int ranks) => _ranks = ranks;

    /// <summary>A tensor with numbers in [<paramref name="low"/>, <paramref name="high"/>), other ones on each rank.</summary>
    public SampleTensor Tensor(DType dtype, Shape shape, double low = -2, double high = 2)
    {
        var tensors = new Tensor[_ranks];
        for (int rank = 0; rank < tensors.Length; rank++)
            tensors[rank] = Fill(dtype, shape, low, high);
        return new(new(dtype, shape), EquatableArray<Tensor>.Own(tensors));
    }

    /// <summary>A tensor with the same numbers on every rank.</summary>
    public SampleTensor Shared(DType dtype, Shape shape, double low = -2, double high = 2)
    {
        var tensors = new Tensor[_ranks];
        Array.Fill(tensors, Fill(dtype, shape, low, high));
        return new(new(dtype, shape), EquatableArray<Tensor>.Own(tensors));
    }

    /// <summary>
    /// The call. Arguments are in schema order and trailing ones may be left to their defaults: <see cref="SampleTensor"/>
    /// (or an array), <see cref="Dim"/>, int, long, double, bool, string, <see cref="Scalar"/>, <see cref="DType"/>, arrays
    /// of these, or null.
    /// </summary>
    public OperatorSample Call(params object?[] arguments)
    {
        var tensors = new List<SampleTensor>();
        var converted = Array.ConvertAll(arguments, argument => Convert(argument, tensors));
        var onRank = new EquatableArray<Tensor>[_ranks];
        for (int rank = 0; rank < _ranks; rank++)
            onRank[rank] = tensors.Select(tensor => tensor.OnRank[rank]).ToEquatableArray();
        return new(
            EquatableArray<Argument>.Own(converted),
            tensors.Select(tensor => tensor.Type).ToEquatableArray(),
            EquatableArray<EquatableArray<Tensor>>.Own(onRank),
            _sizes);
    }

    private static Argument Convert(object? argument, List<SampleTensor> tensors)
    {
        Value Add(SampleTensor tensor)
        {
            tensors.Add(tensor);
            return new(tensors.Count - 1);
        }

        return argument switch
        {
            null => Argument.None,
            SampleTensor tensor => new TensorArgument(Add(tensor)),
            SampleTensor?[] items => new TensorListArgument(items.Select(item => item is null ? (Value?)null : Add(item)).ToEquatableArray()),
            Dim dim => new DimArgument(dim),
            int integer => new DimArgument(integer),
            long integer => new DimArgument(integer),
            Dim[] dims => new DimListArgument(EquatableArray.Create<Dim>(dims)),
            long[] integers => new DimListArgument(integers.Select(integer => (Dim)integer).ToEquatableArray()),
            int[] integers => new DimListArgument(integers.Select(integer => (Dim)integer).ToEquatableArray()),
            double number => new FloatArgument(number),
            double[] numbers => new FloatListArgument(EquatableArray.Create<double>(numbers)),
            bool truth => new BoolArgument(truth),
            bool[] truths => new BoolListArgument(EquatableArray.Create<bool>(truths)),
            string text => new StringArgument(text),
            Scalar scalar => new ScalarArgument(scalar),
            DType dtype => new DTypeArgument(dtype),
            _ => throw new ArgumentException($"a sample cannot pass a {argument.GetType().Name}"),
        };
    }

    private Tensor Fill(DType dtype, Shape shape, double low, double high)
    {
        var tensor = Graph.Tensor.Empty(dtype, shape.Evaluate(symbol => _sizes[symbol]));
        for (int i = 0; i < tensor.Elements; i++)
        {
            double number = low + (random.NextDouble() * (high - low));
            switch (dtype)
            {
                case DType.Float32:
                    tensor.Span<float>()[i] = (float)number;
                    break;
                case DType.Float64:
                    tensor.Span<double>()[i] = number;
                    break;
                case DType.Float16:
                    tensor.Span<Half>()[i] = (Half)number;
                    break;
                case DType.BFloat16:
                    tensor.Span<BFloat16>()[i] = (BFloat16)number;
                    break;
                case DType.Int8:
                    tensor.Span<sbyte>()[i] = (sbyte)Math.Floor(number);
                    break;
                case DType.UInt8:
                    tensor.Span<byte>()[i] = (byte)Math.Abs(Math.Floor(number));
                    break;
                case DType.Int32:
                    tensor.Span<int>()[i] = (int)Math.Floor(number);
                    break;
                case DType.Int64:
                    tensor.Span<long>()[i] = (long)Math.Floor(number);
                    break;
                default:
                    tensor.Span<bool>()[i] = random.Next(2) == 0;
                    break;
            }
        }

        return tensor;
    }
}
