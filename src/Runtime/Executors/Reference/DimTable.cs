using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// The distinct sizes that a prepared graph needs, each with a place for its value. A frame holds the values; constants
/// are in place from the start, sizes of inputs are evaluated once a call, data-dependent ones after their node.
/// </summary>
internal sealed class DimTable
{
    private readonly SymbolTable _symbols;
    private readonly Dictionary<Dim, int> _places = [];
    private readonly List<Dim> _dims = [];
    private readonly Dictionary<int, List<int>> _stages = [];
    private DimProgram? _program;
    private Dictionary<int, int[]> _frozen = [];

    public DimTable(SymbolTable symbols) => _symbols = symbols;

    public int Count => _dims.Count;

    /// <summary>The place of a size; equal forms share one.</summary>
    public int Add(Dim size)
    {
        if (_places.TryGetValue(size, out int place))
            return place;
        place = _dims.Count;
        _places.Add(size, place);
        _dims.Add(size);
        if (!size.IsConstant)
        {
            int node = _symbols.KnownAfter(size);
            if (!_stages.TryGetValue(node, out var stage))
                _stages.Add(node, stage = []);
            stage.Add(place);
        }

        return place;
    }

    public int[] Add(Shape shape)
    {
        int[] places = new int[shape.Rank];
        for (int i = 0; i < places.Length; i++)
            places[i] = Add(shape[i]);
        return places;
    }

    /// <summary>Compiles; no size is added from here on.</summary>
    public void Freeze()
    {
        _program = new(_symbols.Symbols, _dims, []);
        _frozen = _stages.ToDictionary(stage => stage.Key, stage => stage.Value.ToArray());
    }

    /// <summary>Values for one frame, the constants filled in.</summary>
    public long[] CreateValues()
    {
        long[] values = new long[_dims.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (_dims[i].TryGetConstant(out long constant))
                values[i] = constant;
        }

        return values;
    }

    /// <summary>Evaluates what becomes known after a node, or at the call.</summary>
    /// <exception cref="ShapeException">A size does not fit in 64 bits, or has a divisor of zero.</exception>
    public void EvaluateAfter(int node, ReadOnlySpan<long> symbols, long[] values)
    {
        if (!_frozen.TryGetValue(node, out int[]? places))
            return;
        foreach (int place in places)
        {
            try
            {
                values[place] = _program!.Evaluate(place, symbols);
            }
            catch (Exception exception) when (exception is DimOverflowException or DimDivideByZeroException)
            {
                throw new ShapeException($"the size {_dims[place]} of a value in the graph cannot be computed at the given sizes: {exception.Message}");
            }
        }
    }
}
