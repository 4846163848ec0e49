using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>One generated call of an operator as a graph of one node, with symbolic or with known sizes.</summary>
internal sealed class LoweredSample
{
    /// <summary>Under it no implementation of ours is faster, so everything is lowered that can be.</summary>
    public static readonly Dispatcher Plain = new(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "reference" } });

    private readonly OperatorDefinition _definition;
    private readonly OperatorSample _sample;
    private readonly EquatableArray<Argument> _arguments;
    private readonly List<Tensor> _inputs = [];

    /// <summary>Draws a call.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="seed">What draws it.</param>
    /// <param name="isSymbolic">Whether the graph's sizes are symbols; otherwise they are numbers, and some tensors are parameters.</param>
    public LoweredSample(OperatorDefinition definition, int seed, bool isSymbolic)
        : this(definition, definition.Sample!(new SampleBuilder(new Random(seed))), isSymbolic, new(seed))
    {
    }

    /// <summary>Takes a call.</summary>
    public LoweredSample(OperatorDefinition definition, OperatorSample sample, bool isSymbolic, Random? random = null)
    {
        _definition = definition;
        _sample = sample;
        _arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
        Graph = Build(isSymbolic, random);
        var node = GraphLowering.Lower(Graph, [.. Graph.Parameters.Select(parameter => (Tensor?)parameter.Data)], LoweringTable.Default, Plain).Nodes[0];
        (IsLowered, Reason) = (!node.IsCustom, node.Reason);
    }

    /// <summary>The graph.</summary>
    public TensorGraph Graph { get; }

    /// <summary>Whether its node is written as nodes of ONNX.</summary>
    public bool IsLowered { get; }

    /// <summary>Why not.</summary>
    public string Reason { get; }

    /// <summary>Runs the graph in ONNX Runtime and the operator's reference implementation.</summary>
    /// <returns>Where they differ, or null.</returns>
    public string? Run()
    {
        var given = GraphCompiler.Compile(Graph, new() { Backend = OnnxRuntimeBackend.BackendName, Passes = [], Dispatcher = Plain, OnnxRuntime = new() { Threads = 1 } }).Run(_inputs);
        var expected = Reference(given.Length);
        for (int i = 0; i < given.Length; i++)
        {
            if (NumbersAgree.Difference(given[i], expected[i]) is { } difference)
                return $"result {i}: {difference}";
        }

        return null;
    }

    /// <summary>The operator, its operands and the graph.</summary>
    public override string ToString() =>
        $"{Evergraph.Graph.Text.GraphPrinter.Print(Graph)}\nwhere {string.Join(", ", _sample.Sizes.Select(size => $"{size.Key.Name} = {size.Value}"))}";

    private Tensor[] Reference(int results)
    {
        var dtypes = _sample.Types.Aggregate(DTypeSet.None, (set, type) => set.With(type.DType));
        var reference = Dispatcher.Default.Resolve(_definition, dtypes).Usable.ToArray().First(implementation => implementation.Kind == ImplementationKind.Reference);
        var outputs = new Tensor[results];
        reference.Function(KernelArguments.Bind(_arguments, value => _sample.TensorsOnRank[0][value.Id], _sample.ValueOf), outputs);
        return outputs;
    }

    private TensorGraph Build(bool isSymbolic, Random? random)
    {
        Dim Known(Symbol symbol) => isSymbolic ? (Dim)symbol : _sample.ValueOf(symbol);
        var builder = new GraphBuilder();
        var alone = new HashSet<Symbol>();
        var values = new Value[_sample.Types.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var type = new TensorType(_sample.Types[i].DType, _sample.Types[i].Shape.Substitute(Known));
            var tensor = _sample.TensorsOnRank[0][i];
            if (!isSymbolic && random?.Next(3) == 0)
            {
                values[i] = builder.AddParameter(new($"w{i}", type, tensor));
                continue;
            }

            values[i] = builder.AddInput(new($"x{i}", type));
            _inputs.Add(tensor);
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
