using System.Numerics;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>How the threads of a block share rows.</summary>
/// <param name="Vector">Consecutive elements that a thread does at once.</param>
/// <param name="Threads">Threads of one row, a power of two.</param>
/// <param name="Rows">Rows of a block: several where a row takes less than a warp.</param>
/// <param name="Iterations">How often a thread comes back to a row whose elements are few enough to stay in registers; 0 where they are not, or not known.</param>
internal sealed record RowSchedule(int Vector, int Threads, int Rows, int Iterations)
{
    private const int BlockThreads = 128;
    private const int WarpThreads = 32;
    private const int MostThreads = 1024;
    private const int MostIterations = 4;

    // Eight threads read 128 bytes side by side.
    private const int LeastThreads = 8;

    /// <summary>Threads that share a row whose length is known only at run time.</summary>
    private const int UnknownThreads = 256;

    /// <summary>A schedule for rows of a length.</summary>
    /// <param name="length">Elements of a row.</param>
    /// <param name="vector">Consecutive elements that a thread does at once.</param>
    /// <param name="loads">How many vectors a thread holds for one place of the row.</param>
    public static RowSchedule For(Dim length, int vector, int loads)
    {
        if (!length.TryGetConstant(out long elements))
        {
            long most = length.Range.Max;
            int few = most <= 32L * vector ? 32 : most <= 128L * vector ? 128 : UnknownThreads;
            return new(vector, few, RowsOf(few), 0);
        }

        // Several vectors a thread keep loads in flight, and let a warp do a row without waiting for others; more than registers hold would spill.
        long vectors = Math.Max(1, (elements + vector - 1) / vector);
        long each = loads <= 3 ? 4 : loads <= 6 ? 2 : 1;
        long wanted = Math.Max((vectors + each - 1) / each, Math.Min(vectors, LeastThreads));
        int threads = (int)Math.Min(MostThreads, BitOperations.RoundUpToPowerOf2((ulong)wanted));
        long iterations = (vectors + threads - 1) / threads;
        return new(vector, threads, RowsOf(threads), iterations <= MostIterations ? (int)iterations : 0);
    }

    /// <summary>More than a warp combines through memory that all threads of a block share, and has the block to itself.</summary>
    private static int RowsOf(int threads) => threads <= WarpThreads ? BlockThreads / threads : 1;
}
