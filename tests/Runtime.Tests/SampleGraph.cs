using Evergraph.CustomOps.Dispatch;

namespace Evergraph.Runtime.Tests;

/// <summary>One generated call of an operator as a graph of one node, with symbolic or with known sizes.</summary>
internal sealed class SampleGraph
{
    private readonly OperatorDefinition _definition;
    private readonly OperatorSample _sample;
    private readonly EquatableArray<Argument> _arguments;
    private readonly List<Tensor> _inputs = [];

    /// <summary>Takes a call.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="sample">The call.</param>
    /// <param name="isSymbolic">Whether the graph's sizes are symbols; otherwise they are numbers.</param>
    /// <param name="random">Which tensors are parameters where sizes are numbers; none of them for null.</param>
    public SampleGraph(OperatorDefinition definition, OperatorSample sample, bool isSymbolic, Random? random = null)
    {
        _definition = definition;
        _sample = sample;
        _arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
        Graph = Build(isSymbolic, random);
    }

    /// <summary>The graph.</summary>
    public TensorGraph Graph { get; }

    /// <summary>Its inputs.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>The operator, its operands and the graph.</summary>
    public override string ToString() =>
        $"{Evergraph.Graph.Text.GraphPrinter.Print(Graph)}\nwhere {string.Join(", ", _sample.Sizes.Select(size => $"{size.Key.Name} = {size.Value}"))}";

    /// <summary>What the operator's reference implementation gives.</summary>
    public Tensor[] Reference()
    {
        int results = Graph.Nodes[0].OutputTypes.Length;
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
