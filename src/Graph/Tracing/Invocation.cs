namespace Evergraph.Graph;

/// <summary>
/// One call of an operator from model code, filled argument by argument by the generated <c>Invoke</c>. Under a tracer it
/// records a node; otherwise the fake checks the arguments and a kernel runs.
/// </summary>
public ref struct Invocation
{
    private readonly Tracer? _tracer;
    private readonly Argument[] _arguments;
    private readonly KernelArgument[] _kernelArguments;
    private readonly List<TensorType> _types;
    private DTypeSet _dtypes;
    private int _count;

    /// <summary>Starts a call of an operator with this many parameters.</summary>
    public Invocation(int parameters)
    {
        _tracer = Tracer.Current;
        _arguments = new Argument[parameters];
        _kernelArguments = _tracer is null ? new KernelArgument[parameters] : [];
        _types = _tracer is null ? new(parameters) : [];
    }

    /// <summary>A <c>Tensor</c> or <c>Tensor?</c>.</summary>
    public void Add(Tensor? tensor)
    {
        if (tensor is null)
            Add(Argument.None, KernelArgument.None);
        else
            Add(new TensorArgument(ValueOf(tensor)), KernelArgument.Of(tensor));
    }

    /// <summary>A <c>Tensor[]</c> or <c>Tensor?[]</c>.</summary>
    public void Add(Tensor?[] tensors)
    {
        var values = new Value?[tensors.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = tensors[i] is { } tensor ? ValueOf(tensor) : null;
        Add(new TensorListArgument(EquatableArray<Value?>.Own(values)), KernelArgument.OfReference(tensors));
    }

    /// <summary>A <c>SymInt</c> or <c>int</c>.</summary>
    public void Add(Dim dim) => Add(new DimArgument(dim), _tracer is null ? KernelArgument.Of(Known(dim)) : default);

    /// <summary>A <c>SymInt?</c>.</summary>
    public void Add(Dim? dim)
    {
        if (dim is { } given)
            Add(given);
        else
            Add(Argument.None, KernelArgument.None);
    }

    /// <summary>A <c>SymInt[]</c> or <c>SymInt[]?</c>.</summary>
    public void Add(Dim[]? dims)
    {
        if (dims is null)
            Add(Argument.None, KernelArgument.None);
        else
            Add(new DimListArgument(EquatableArray.Create<Dim>(dims)), _tracer is null ? KernelArgument.OfReference(Array.ConvertAll(dims, Known)) : default);
    }

    /// <summary>An <c>int</c>.</summary>
    public void Add(long integer) => Add((Dim)integer);

    /// <summary>An <c>int?</c>.</summary>
    public void Add(long? integer) => Add(integer is { } given ? given : (Dim?)null);

    /// <summary>An <c>int[]</c> or <c>int[]?</c>.</summary>
    public void Add(long[]? integers) => Add(integers is null ? null : Array.ConvertAll(integers, static integer => (Dim)integer));

    /// <summary>A <c>float</c> or <c>float?</c>.</summary>
    public void Add(double? number)
    {
        if (number is { } given)
            Add(new FloatArgument(given), KernelArgument.Of(given));
        else
            Add(Argument.None, KernelArgument.None);
    }

    /// <summary>A <c>float[]</c> or <c>float[]?</c>.</summary>
    public void Add(double[]? numbers)
    {
        if (numbers is null)
            Add(Argument.None, KernelArgument.None);
        else
            Add(new FloatListArgument(EquatableArray.Create<double>(numbers)), KernelArgument.OfReference(numbers));
    }

    /// <summary>A <c>bool</c> or <c>bool?</c>.</summary>
    public void Add(bool? truth)
    {
        if (truth is { } given)
            Add(new BoolArgument(given), KernelArgument.Of(given));
        else
            Add(Argument.None, KernelArgument.None);
    }

    /// <summary>A <c>bool[]</c> or <c>bool[]?</c>.</summary>
    public void Add(bool[]? truths)
    {
        if (truths is null)
            Add(Argument.None, KernelArgument.None);
        else
            Add(new BoolListArgument(EquatableArray.Create<bool>(truths)), KernelArgument.OfReference(truths));
    }

    /// <summary>A <c>str</c>, layout, device or memory format, or an absent one.</summary>
    public void Add(string? text)
    {
        if (text is null)
            Add(Argument.None, KernelArgument.None);
        else
            Add(new StringArgument(text), KernelArgument.OfReference(text));
    }

    /// <summary>A <c>Scalar</c> or <c>Scalar?</c>.</summary>
    public void Add(Scalar? scalar)
    {
        if (scalar is { } given)
            Add(new ScalarArgument(given), _tracer is null ? Known(given) : default);
        else
            Add(Argument.None, KernelArgument.None);
    }

    /// <summary>A <c>ScalarType</c> or <c>ScalarType?</c>.</summary>
    public void Add(DType? dtype)
    {
        if (dtype is { } given)
            Add(new DTypeArgument(given), KernelArgument.Of(given));
        else
            Add(Argument.None, KernelArgument.None);
    }

    /// <summary>Records the call, or checks and computes it.</summary>
    /// <returns>The results, a list flattened.</returns>
    /// <exception cref="ShapeException">The fake refused the arguments.</exception>
    /// <exception cref="EvergraphException">There is no kernel that can run here.</exception>
    public readonly Tensor[] Run(OperatorDefinition definition, string file, int line)
    {
        if (_tracer is not null)
            return _tracer.Record(definition, EquatableArray<Argument>.Own(_arguments), file, line);
        var results = new Tensor[CountResults(definition, file, line)];
        if (definition.Site is { } site)
            site.Call(null, _kernelArguments, _dtypes, results);
        else
            KernelSite.CallDeclared(definition, _kernelArguments, results);
        return results;
    }

    /// <summary>Records the call of a layer's method, or checks and computes it.</summary>
    /// <param name="site">The method's own site; what it calls receives the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="file">The file of the method.</param>
    /// <param name="line">The line of the method.</param>
    /// <inheritdoc cref="Run(OperatorDefinition, string, int)"/>
    public readonly Tensor[] Run(KernelSite site, object layer, string file, int line)
    {
        if (_tracer is not null)
            return _tracer.Record(site.Operator, EquatableArray<Argument>.Own(_arguments), file, line);
        var results = new Tensor[CountResults(site.Operator, file, line)];
        site.Call(layer, _kernelArguments, _dtypes, results);
        return results;
    }

    /// <summary>Checks the arguments with the fake, which says how many results there are.</summary>
    private readonly int CountResults(OperatorDefinition definition, string file, int line) => new FakeContext().Run(
        definition,
        new FakeArguments(_arguments, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_types)),
        new("", Path.GetFileName(file), line)).Length;

    private static long Known(Dim dim) => dim.TryGetConstant(out long value) ? value : throw new EvergraphException(
        $"{dim} is a size of a finished trace: outside a trace all sizes are known numbers");

    private static KernelArgument Known(Scalar scalar) => scalar.Kind switch
    {
        ScalarKind.Float => KernelArgument.Of(scalar.ToDouble()),
        ScalarKind.Bool => KernelArgument.Of(scalar.ToBool()),
        _ => KernelArgument.Of(Known(scalar.Integer)),
    };

    private Value ValueOf(Tensor tensor)
    {
        if (_tracer is not null)
            return _tracer.ValueOf(tensor);
        if (tensor.IsTraced)
            throw new EvergraphException($"a {tensor.Type} of a finished trace is used outside it: a traced tensor lives only inside its own Trace call");
        _types.Add(tensor.Type);
        _dtypes = _dtypes.With(tensor.DType);
        return new(_types.Count - 1);
    }

    private void Add(Argument argument, KernelArgument kernelArgument)
    {
        _arguments[_count] = argument;
        if (_tracer is null)
            _kernelArguments[_count] = kernelArgument;
        _count++;
    }
}
