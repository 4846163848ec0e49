namespace Evergraph.Graph;

/// <summary>
/// Records what model code does on traced tensors as a graph. One is in force on a thread while <see cref="Trace"/> runs;
/// operators called there record nodes instead of computing.
/// </summary>
public sealed class Tracer
{
    [ThreadStatic]
    private static Tracer? t_current;

    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<object, Tensor> _parameters = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<string> _modules = new();
    private int _constants;

    private Tracer()
    {
    }

    /// <summary>The tracer in force on this thread, or null while code runs eagerly.</summary>
    public static Tracer? Current => t_current;

    /// <summary>The path of the module whose code is running, such as <c>model.layers.0.mlp</c>.</summary>
    public string Module => _modules.TryPeek(out string? path) ? path : "";

    /// <summary>Runs model code once on traced tensors.</summary>
    /// <param name="inputs">The inputs; sizes that vary are symbols.</param>
    /// <param name="model">The model: from input tensors to output tensors.</param>
    /// <returns>The graph, verified.</returns>
    /// <exception cref="ShapeException">An operator's fake refused its arguments.</exception>
    /// <exception cref="SymbolicBranchException">Model code asked a question about a size that has no one answer.</exception>
    public static TensorGraph Trace(IReadOnlyList<GraphInput> inputs, Func<Tensor[], Tensor[]> model)
    {
        if (t_current is not null)
            throw new InvalidOperationException("a trace is running on this thread already: finish it before starting another");
        var tracer = new Tracer();
        t_current = tracer;
        try
        {
            var tensors = inputs.Select(input => tracer.Wrap(tracer._builder.AddInput(input))).ToArray();
            var outputs = model(tensors);
            for (int i = 0; i < outputs.Length; i++)
                tracer._builder.AddOutput(new(outputs.Length == 1 ? "output" : $"output{i}", tracer.ValueOf(outputs[i])));
            var graph = tracer._builder.Build();
            GraphVerifier.ThrowIfInvalid(graph);
            return graph;
        }
        finally
        {
            t_current = null;
        }
    }

    /// <summary>Enters a module: nodes recorded until the result is disposed carry its path.</summary>
    public static ModuleScope Enter(string name) => new(t_current, name);

    /// <summary>The traced tensor of a parameter; the same for the same <paramref name="key"/>.</summary>
    /// <param name="key">The object that owns the parameter, compared by identity.</param>
    /// <param name="parameter">What the graph shall know of it.</param>
    public Tensor Parameter(object key, Func<GraphParameter> parameter)
    {
        if (!_parameters.TryGetValue(key, out var tensor))
            _parameters.Add(key, tensor = Wrap(_builder.AddParameter(parameter())));
        return tensor;
    }

    /// <summary>Records one node.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="arguments">One argument for each parameter of its schema.</param>
    /// <param name="file">The file of the model's code.</param>
    /// <param name="line">The line of the model's code.</param>
    public Tensor[] Record(OperatorDefinition definition, EquatableArray<Argument> arguments, string file, int line)
    {
        var values = _builder.Add(definition, arguments, new(Module, file.Length == 0 ? "" : Path.GetFileName(file), line));
        return Array.ConvertAll(values, Wrap);
    }

    /// <summary>The value of a tensor in the graph being recorded; a real tensor becomes a constant of the graph.</summary>
    /// <exception cref="EvergraphException">The tensor belongs to another trace.</exception>
    public Value ValueOf(Tensor tensor)
    {
        if (tensor.Traced is not { } traced)
            return Parameter(tensor, () => new($"constant_{_constants++}", tensor.Type, tensor)).Traced!.Value;
        return traced.Tracer == this ? traced.Value : throw new EvergraphException(
            $"a {tensor.Type} of a finished trace is used in another: a traced tensor lives only inside its own Trace call");
    }

    private Tensor Wrap(Value value) => new(new TracedValue(this, value, _builder.TypeOf(value)));

    /// <summary>Leaves the module when disposed.</summary>
    public readonly ref struct ModuleScope
    {
        private readonly Tracer? _tracer;

        internal ModuleScope(Tracer? tracer, string name)
        {
            _tracer = tracer;
            tracer?._modules.Push(tracer.Module.Length == 0 ? name : $"{tracer.Module}.{name}");
        }

        /// <summary>Leaves the module.</summary>
        public void Dispose() => _tracer?._modules.Pop();
    }
}
