using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Cli.Benchmarking;

/// <summary>Inputs of a wanted size for any model: small whole numbers for integers, normal numbers for the rest, the same each time.</summary>
internal static class BenchmarkInputs
{
    // Indices must fit the smallest vocabulary that a model may have.
    private const int Integers = 100;

    /// <summary>Inputs where the first symbol is the number of tokens and every other takes its least value, at least 1.</summary>
    public static Tensor[] Of(TensorGraph graph, long tokens)
    {
        var symbols = graph.Inputs.SelectMany(input => input.Type.Shape.SelectMany(size => size.Symbols)).Distinct().ToList();
        if (symbols.Count == 0 && tokens != 1)
            throw new EvergraphException("--tokens: the model has no symbolic size to set: expected none");
        if (symbols.Count > 0 && (tokens < symbols[0].Min || tokens > symbols[0].Max))
            throw new EvergraphException($"--tokens {tokens}: expected a value of {symbols[0].Describe()}");
        long Size(Symbol symbol) => symbol.Equals(symbols[0]) ? tokens : Math.Max(1, symbol.Min);
        var random = new Random((int)tokens);
        return [.. graph.Inputs.Select(input => Draw(input, Size, random))];
    }

    /// <summary>Inputs where every symbol takes its least value, at least 1.</summary>
    public static Tensor[] Smallest(TensorGraph graph)
    {
        var random = new Random(1);
        return [.. graph.Inputs.Select(input => Draw(input, symbol => Math.Max(1, symbol.Min), random))];
    }

    private static Tensor Draw(GraphInput input, Func<Symbol, long> size, Random random)
    {
        if (input.Number is { } number)
            return Tensor.Scalar(number.Evaluate(size));
        long[] sizes = input.Type.Shape.Evaluate(size);
        if (!input.Type.DType.IsFloating())
        {
            var integers = Tensor.Empty(DType.Int64, sizes);
            foreach (ref long integer in integers.Span<long>())
                integer = random.Next(Integers);
            return Casts.To(integers, input.Type.DType);
        }

        var numbers = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float element in numbers.Span<float>())
            element = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return Casts.To(numbers, input.Type.DType);
    }
}
