using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>One generated call of an operator as a graph of one node, with symbolic or with known sizes, lowered to kernels.</summary>
internal sealed class LoweredSample
{
    /// <summary>Prefers the references: under it no vendor's implementation takes a node away from the device.</summary>
    public static readonly Dispatcher Plain = new(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "reference" } });

    private readonly OperatorDefinition _definition;
    private readonly OperatorSample _sample;
    private readonly EquatableArray<Argument> _arguments;
    private readonly List<Tensor> _inputs = [];

    public LoweredSample(OperatorDefinition definition, int seed, bool isSymbolic)
        : this(definition, definition.Sample!(new SampleBuilder(new Random(seed))), isSymbolic)
    {
    }

    public LoweredSample(OperatorDefinition definition, OperatorSample sample, bool isSymbolic)
    {
        _definition = definition;
        _sample = sample;
        _arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
        Graph = Build(isSymbolic);
        var host = GraphLowering.Lower(Graph, Plain).Items.OfType<HostStep>().FirstOrDefault();
        (IsLowered, Reason) = (host is null, host?.Reason ?? "");
    }

    public TensorGraph Graph { get; }

    public bool IsLowered { get; }

    public string Reason { get; }

    /// <summary>Runs the graph on the device and the operator's reference implementation.</summary>
    /// <returns>Where they differ, or null.</returns>
    public string? Run()
    {
        var compiled = GraphCompiler.Compile(Graph, new() { Backend = Backend.Cuda, Passes = [], Dispatcher = Plain, Cuda = new() { KernelCache = "" } });
        var given = compiled.Run(_inputs);
        var expected = Reference(given.Length);
        for (int i = 0; i < given.Length; i++)
        {
            if (NumbersAgree.Difference(given[i], expected[i]) is { } difference)
                return $"result {i}: {difference}";
        }

        return null;
    }

    public override string ToString() =>
        $"{Evergraph.Graph.Text.GraphPrinter.Print(Graph)}\nwhere {string.Join(", ", _sample.Sizes.Select(size => $"{size.Key.Name} = {size.Value}"))}";

    private Tensor[] Reference(int results)
    {
        var dtypes = _sample.Types.Aggregate(DTypeSet.None, (set, type) => set.With(type.DType));
        var reference = Dispatcher.Default.Resolve(_definition, dtypes).Usable.ToArray()
            .First(implementation => implementation.Kind == ImplementationKind.Reference);
        var outputs = new Tensor[results];
        reference.Function(KernelArguments.Bind(_arguments, value => _sample.TensorsOnRank[0][value.Id], _sample.ValueOf), outputs);
        return outputs;
    }

    private TensorGraph Build(bool isSymbolic)
    {
        Dim Known(Symbol symbol) => isSymbolic ? (Dim)symbol : _sample.ValueOf(symbol);
        var builder = new GraphBuilder();
        var alone = new HashSet<Symbol>();
        var values = new Value[_sample.Types.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var type = new TensorType(_sample.Types[i].DType, _sample.Types[i].Shape.Substitute(Known));
            values[i] = builder.AddInput(new($"x{i}", type));
            _inputs.Add(_sample.TensorsOnRank[0][i]);
            foreach (var size in type.Shape)
            {
                if (size.TryGetSymbol(out var symbol))
                    alone.Add(symbol);
            }
        }

        foreach (var (symbol, number) in _sample.Sizes.Where(size => isSymbolic && !alone.Contains(size.Key)))
        {
            builder.AddInput(new(symbol.Name, new(DType.Int64, []), symbol));
            _inputs.Add(Tensor.From([number]));
        }

        var arguments = _arguments.Select(argument => argument.Substitute(Known).Rename(value => values[value.Id])).ToEquatableArray();
        var results = builder.Add(_definition, arguments, NodeSource.None);
        for (int i = 0; i < results.Length; i++)
            builder.AddOutput(new($"y{i}", results[i]));
        return builder.Build();
    }
}
