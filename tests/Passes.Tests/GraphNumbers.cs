using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Passes.Tests;

/// <summary>Runs a graph and what a pass made of it on the same drawn inputs, and compares.</summary>
internal static class GraphNumbers
{
    /// <summary>Parameters for a graph that is read from text: drawn, the same for the same name.</summary>
    public static Tensor Draw(string name, TensorType type) =>
        Draw(new Random(name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter))), type.DType, type.Shape.Evaluate(_ => 0));

    /// <summary>Runs both at several sizes of each symbol, every rank of a split graph too.</summary>
    public static void AssertSame(TensorGraph before, TensorGraph after, string what)
    {
        var expected = Compile(before);
        var given = Compile(after);
        var symbols = before.Symbols();
        foreach (int size in new[] { 0, 1, 2, 3, 5, 34 })
        {
            // Each symbol another size, so that axes that are mixed up show.
            long Size(Symbol symbol) => Math.Clamp(size + (size == 0 ? 0 : symbols.TakeWhile(other => other != symbol).Count()), symbol.Min, symbol.Max);
            var random = new Random(size);
            var inputs = before.Inputs.Select(input => Draw(random, input.Type.DType, input.Type.Shape.Evaluate(Size))).ToArray();
            var want = expected.RunOnRanks(inputs);
            var have = given.RunOnRanks(inputs);
            for (int rank = 0; rank < have.Length; rank++)
            {
                for (int i = 0; i < have[rank].Length; i++)
                    AssertClose(want[Math.Min(rank, want.Length - 1)][i], have[rank][i], $"{what}: {before.Outputs[i].Name} at size {size} on rank {rank}");
            }
        }
    }

    private static CompiledGraph Compile(TensorGraph graph) => GraphCompiler.Compile(graph, new()
    {
        Backend = Backend.Reference,
        Passes = [],
        TensorParallel = graph.Parameters.Max(parameter => parameter.Sharding?.Parts) ?? 1,
        Operators = PassesByName.Registry,
    });

    private static Tensor Draw(Random random, DType dtype, long[] sizes)
    {
        if (dtype is DType.Int64 or DType.Int32 or DType.Bool)
        {
            var whole = Tensor.Zeros(DType.Int64, sizes);
            foreach (ref long element in whole.Span<long>())
                element = random.Next(2);
            return Casts.To(whole, dtype);
        }

        var numbers = Tensor.Empty(DType.Float64, sizes);
        foreach (ref double element in numbers.Span<double>())
            element = (random.NextDouble() * 2) - 1;
        return Casts.To(numbers, dtype);
    }

    private static void AssertClose(Tensor want, Tensor given, string what)
    {
        Assert.Equal(want.Type, given.Type);
        double[] a = Numbers(want), b = Numbers(given);
        double tolerance = want.DType.Size() == 2 ? 2e-2 : 1e-4;
        for (int i = 0; i < a.Length; i++)
        {
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= tolerance * (1 + Math.Abs(a[i]))))
                Assert.Fail($"{what}, element {i}: expected {a[i]}, given {b[i]}");
        }
    }

    private static double[] Numbers(Tensor tensor) => Casts.To(tensor, DType.Float64).ReadOnlySpan<double>().ToArray();
}
