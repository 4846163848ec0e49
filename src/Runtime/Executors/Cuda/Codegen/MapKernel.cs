using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// Writes kernels in which each thread computes some consecutive elements of values of one shape: a vector of up to 16 bytes where the
/// operands lie so, otherwise one.
/// </summary>
internal static class MapKernel
{
    private const int Threads = 256;

    /// <summary>Writes what computes a group whose roots have the same sizes.</summary>
    public static KernelPart Write(KernelGroup group, KernelArgumentList arguments)
    {
        var elements = group.Roots[0].Type.Shape.Elements;
        foreach (int length in Lengths(group, elements))
        {
            if (TryWrite(group, arguments, elements, length) is { } kernel)
                return kernel;
        }

        throw new InvalidOperationException($"no kernel for {string.Join(", ", group.Roots)}");
    }

    /// <summary>The lengths of vectors to try, longest first: at most 16 bytes of the smallest type, and a divisor of the elements.</summary>
    private static IEnumerable<int> Lengths(KernelGroup group, Dim elements)
    {
        int smallest = group.Roots.Min(root => root.Type.DType.Size());
        for (int length = Math.Min(8, 16 / smallest); length > 1; length /= 2)
        {
            if (Dim.Mod(elements, length).Equals(0))
                yield return length;
        }

        yield return 1;
    }

    private static KernelPart? TryWrite(KernelGroup group, KernelArgumentList arguments, Dim elements, int length)
    {
        var pool = group.Pool;
        var vectors = Dim.FloorDiv(elements, length);
        Symbol thread = pool.Loop("q", vectors), lane = pool.Loop("l", length);
        var place = length == 1 ? (Dim)thread : (thread * (Dim)length) + lane;
        var scope = group.NewScope();
        var results = group.Roots.Select(root => scope.At(root, ElementScope.Unravel(root.Type.Shape, place))).ToList();
        var writer = new KernelWriter(pool, arguments);
        if (length > 1 && !FitsVectors(results, writer, lane, length))
            return null;

        writer.Open(isBranch: false, (thread, "q"));
        if (length == 1)
        {
            for (int i = 0; i < results.Count; i++)
                writer.Line($"store({arguments.Written(group.Roots[i])} + q, {writer.Emit(results[i])});");
        }
        else
        {
            WriteVector(group, results, writer, lane, length);
        }

        string body = writer.Close();
        string head = $"    const int q = block * {Threads} + threadIdx.x;\n    if (q >= {arguments.Size(vectors)}) return;\n";
        return new(group.NameFor(scope), head + body, vectors, Threads, Threads);
    }

    private static void WriteVector(KernelGroup group, List<Expression> results, KernelWriter writer, Symbol lane, int length)
    {
        writer.Vector = (lane, length);
        var arrays = group.Roots.Select(root => writer.NewName("y")).ToList();
        for (int i = 0; i < arrays.Count; i++)
            writer.Line($"{CTypes.Of(results[i].DType)} {arrays[i]}[{length}];");
        writer.Open(isBranch: false, (lane, "l"));
        for (int i = 0; i < arrays.Count; i++)
            writer.Line($"{arrays[i]}[l] = {writer.Emit(results[i])};");
        string lanes = writer.Close();
        writer.Line("#pragma unroll");
        writer.Block($"for (int l = 0; l < {length}; ++l)", lanes);
        for (int i = 0; i < arrays.Count; i++)
            writer.Line($"store_vector<{length}>({writer.Arguments.Written(group.Roots[i])} + {length} * q, {arrays[i]});");
    }

    /// <summary>
    /// Whether vectors pay: each load is a whole vector or the same for all lanes, nothing is computed by branches, and no lane loops. Otherwise
    /// threads that are one element apart read neighbouring addresses together.
    /// </summary>
    private static bool FitsVectors(List<Expression> results, KernelWriter writer, Symbol lane, int length) =>
        results.SelectMany(result => result.Parts()).All(part => part.Kind switch
        {
            ExpressionKind.Load => !part.Places.Contains(lane) || writer.VectorStart(part, lane, length) is not null,
            ExpressionKind.Select or ExpressionKind.Reduce => !part.Places.Contains(lane),
            _ => true,
        });
}
