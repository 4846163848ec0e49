using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// Chooses an algorithm by trying: the heuristics rank without running, and their second or third is now and then faster. Each candidate runs on
/// the run's own operands and overwrites D, which the run itself overwrites after.
/// </summary>
internal sealed class ProductTuning(ProductLibrary library)
{
    /// <summary>How many candidates are tried, the heuristics' first.</summary>
    public const int Candidates = 6;

    private const int Repeats = 8;

    /// <summary>The index of the fastest. Waits for the stream; nothing else should run on the device meanwhile.</summary>
    public int Fastest(CudaStream stream, in ProductRun run, Span<CublasLtHeuristicResult> candidates)
    {
        using var begin = CudaEvent.Create(library.Device, timing: true);
        using var end = CudaEvent.Create(library.Device, timing: true);
        int best = 0;
        float shortest = float.PositiveInfinity;
        for (int i = 0; i < candidates.Length; i++)
        {
            // Once before, so that the time has neither the loading of code nor cold caches.
            ProductRunner.Multiply(library, stream, run, ref candidates[i].Algorithm, addend: 0);
            stream.Record(begin);
            for (int repeat = 0; repeat < Repeats; repeat++)
                ProductRunner.Multiply(library, stream, run, ref candidates[i].Algorithm, addend: 0);
            stream.Record(end);
            stream.Synchronize();
            float milliseconds = CudaEvent.Milliseconds(begin, end);
            if (milliseconds < shortest)
                (best, shortest) = (i, milliseconds);
        }

        return best;
    }
}
