using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>The sizes of a graph's outputs as formulas over the symbols of a call. Those that depend on data are not known before the run.</summary>
internal sealed class OutputSizes
{
    private readonly DimProgram _program;
    private readonly int[] _first;

    public OutputSizes(TensorGraph graph, SymbolTable symbols)
    {
        var sizes = new List<Dim>();
        Types = [.. graph.Outputs.Select(output => graph.TypeOf(output.Value))];
        _first = new int[Types.Length];
        for (int i = 0; i < Types.Length; i++)
        {
            bool known = Types[i].Shape.All(size => symbols.KnownAfter(size) == SymbolTable.AtCall);
            _first[i] = known ? sizes.Count : -1;
            if (known)
                sizes.AddRange(Types[i].Shape.ToArray());
        }

        _program = new(symbols.Symbols, sizes, []);
    }

    /// <summary>The types of the outputs.</summary>
    public TensorType[] Types { get; }

    /// <summary>New memory for an output, or null where its sizes are not known yet.</summary>
    public Tensor? Allocate(int output, ReadOnlySpan<long> symbols)
    {
        if (_first[output] < 0)
            return null;
        Span<long> sizes = stackalloc long[Types[output].Rank];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = _program.Evaluate(_first[output] + i, symbols);
        return Tensor.Empty(Types[output].DType, sizes);
    }
}
