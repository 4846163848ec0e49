namespace Evergraph.CustomOps.Checking;

/// <summary>Compares the types of a fake with real results, binding sizes that depend on data to what they turned out to be.</summary>
internal sealed class FakeNumbers(OperatorSample sample)
{
    private readonly Dictionary<Symbol, long> _data = [];

    /// <summary>The number that a symbol stands for.</summary>
    public long ValueOf(Symbol symbol) => _data.TryGetValue(symbol, out long value) ? value : sample.ValueOf(symbol);

    /// <summary>Checks that the fake on symbols, the fake on known sizes and real results agree.</summary>
    /// <exception cref="OperatorCheckException">They do not.</exception>
    public void CheckTypes(string place, TensorType[] symbolic, TensorType[] concrete, Tensor[] real)
    {
        // Sizes that depend on data can differ between ranks and backends.
        _data.Clear();
        var concreteData = new Dictionary<Symbol, long>();
        for (int i = 0; i < symbolic.Length; i++)
        {
            if (i >= concrete.Length || concrete.Length != symbolic.Length)
                throw new OperatorCheckException($"the fake gives {symbolic.Length} results on symbols and {concrete.Length} on numbers");
            var result = real[i] ?? throw new OperatorCheckException($"{place}: result {i} is missing");
            if (symbolic[i].DType != concrete[i].DType)
                throw new OperatorCheckException($"result {i}: the fake gives {symbolic[i]} on symbols and {concrete[i]} on numbers");
            if (result.DType != symbolic[i].DType || result.Rank != symbolic[i].Rank)
                throw new OperatorCheckException($"{place}: result {i}: expected {symbolic[i]} as the fake says, given {result.Type}");
            CheckSizes($"{place}: result {i}: the fake on symbols says {symbolic[i]}", symbolic[i].Shape, result, _data);
            CheckSizes($"{place}: result {i}: the fake on numbers says {concrete[i]}", concrete[i].Shape, result, concreteData);
        }
    }

    private void CheckSizes(string place, Shape shape, Tensor real, Dictionary<Symbol, long> data)
    {
        if (shape.Rank != real.Rank)
            throw new OperatorCheckException($"{place}, given {real.Type}");
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            long given = real.Sizes[axis];
            if (shape[axis].TryGetSymbol(out var symbol) && symbol.Kind == SymbolKind.Data)
            {
                if (given < symbol.Min || given > symbol.Max)
                    throw new OperatorCheckException($"{place}, size {axis}: expected {symbol.Describe()}, given {given}");
                data.TryAdd(symbol, given);
            }

            long expected = shape[axis].Evaluate(name => data.TryGetValue(name, out long value) ? value : sample.ValueOf(name));
            if (expected != given)
                throw new OperatorCheckException($"{place}, size {axis}: expected {expected}, given {given}");
        }
    }
}
