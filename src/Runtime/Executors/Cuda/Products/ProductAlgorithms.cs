using System.Collections.Concurrent;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>An algorithm of cuBLASLt's with its configuration.</summary>
internal sealed class ProductAlgorithm(CublasLtAlgorithm value)
{
    /// <summary>What cuBLASLt is given.</summary>
    public CublasLtAlgorithm Value = value;
}

/// <summary>One run of a product, for choosing its algorithm.</summary>
/// <param name="Plan">The product.</param>
/// <param name="Sizes">Its sizes, which <paramref name="Descriptors"/> know already.</param>
/// <param name="Descriptors">How cuBLASLt sees it.</param>
/// <param name="A">A's address.</param>
/// <param name="B">B's address.</param>
/// <param name="D">D's address.</param>
/// <param name="Bias">The bias's address, or 0.</param>
/// <param name="Workspace">The workspace's address.</param>
internal readonly record struct ProductRun(
    ProductPlan Plan, ProductSizes Sizes, ProductDescriptors Descriptors, nint A, nint B, nint D, nint Bias, nint Workspace);

/// <summary>
/// The algorithms chosen for classes of products on a device. A kept one is checked for each new size, because a class spans sizes; where
/// none fits the class gets another. Thread-safe: two threads may both choose for a class, and either choice is right.
/// </summary>
internal sealed unsafe class ProductAlgorithms(ProductLibrary library, ProductTuning? tuning)
{
    /// <summary>How many algorithms a class may have; a choice beyond them replaces the last.</summary>
    private const int MostPerClass = 4;

    private readonly ConcurrentDictionary<ProductClass, ProductAlgorithm[]> _kept = [];
    private int _lookups;

    /// <summary>How often cuBLASLt was asked to choose.</summary>
    public int Lookups => Volatile.Read(ref _lookups);

    /// <summary>An algorithm that fits this run.</summary>
    /// <param name="stream">Where it will run; tuning uses it.</param>
    /// <param name="run">The run.</param>
    /// <param name="addresses">From <see cref="ProductClass.Alignments"/>.</param>
    /// <param name="beforeLoading">From <see cref="ProductRunner.BeforeLoading"/>.</param>
    /// <exception cref="CudaException">cuBLASLt has none.</exception>
    public ProductAlgorithm Find(CudaStream stream, in ProductRun run, uint addresses, Action? beforeLoading)
    {
        var key = ProductClass.Of(run.Plan, run.Sizes, addresses);
        if (_kept.TryGetValue(key, out var kept))
        {
            foreach (var candidate in kept)
            {
                if (Takes(candidate, run.Descriptors))
                    return candidate;
            }
        }

        if (beforeLoading is not null && !stream.IsCapturing)
            beforeLoading();
        var chosen = Choose(stream, run);
        _ = _kept.AddOrUpdate(
            key,
            static (_, chosen) => [chosen],
            static (_, kept, chosen) => [.. kept.Take(MostPerClass - 1), chosen],
            chosen);
        return chosen;
    }

    private bool Takes(ProductAlgorithm algorithm, ProductDescriptors descriptors)
    {
        CublasLtHeuristicResult result;
        fixed (CublasLtAlgorithm* value = &algorithm.Value)
        {
            int status = CublasLt.MatmulAlgoCheck(
                library.Handle, descriptors.Matmul, descriptors.First, descriptors.Second, descriptors.Result, descriptors.Result, value, &result);
            return status == CublasLt.Success && result.State == CublasLt.Success && result.WorkspaceBytes <= ProductLibrary.WorkspaceBytes;
        }
    }

    private ProductAlgorithm Choose(CudaStream stream, in ProductRun run)
    {
        Interlocked.Increment(ref _lookups);
        int most = tuning is null ? 1 : ProductTuning.Candidates;
        var results = stackalloc CublasLtHeuristicResult[ProductTuning.Candidates];
        int status = Ask(run, most, results, out int count);
        int good = 0;
        for (int i = 0; i < count; i++)
        {
            if (results[i].State == CublasLt.Success)
                results[good++] = results[i];
        }

        if (status != CublasLt.Success || good == 0)
        {
            throw CublasLt.Error(
                library.Device, status == CublasLt.Success ? CublasLt.NotSupported : status, "cublasLtMatmulAlgoGetHeuristic",
                $"{library.Device}: there is no algorithm for {run.Plan.Describe(run.Sizes)}");
        }

        int best = tuning is null || good == 1 ? 0 : tuning.Fastest(stream, run, new(results, good));
        return new(results[best].Algorithm);
    }

    private int Ask(in ProductRun run, int most, CublasLtHeuristicResult* results, out int count)
    {
        nint preference;
        CublasLt.Check(library.Device, CublasLt.MatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate");
        try
        {
            Prefer(preference, CublasLtValues.PreferenceWorkspaceBytes, (ulong)ProductLibrary.WorkspaceBytes);
            Prefer(preference, CublasLtValues.PreferenceAlignmentA, ProductPlan.AlignmentOf(run.B));
            Prefer(preference, CublasLtValues.PreferenceAlignmentB, ProductPlan.AlignmentOf(run.A));
            Prefer(preference, CublasLtValues.PreferenceAlignmentC, ProductPlan.AlignmentOf(run.D));
            Prefer(preference, CublasLtValues.PreferenceAlignmentD, ProductPlan.AlignmentOf(run.D));
            int found = 0;
            var descriptors = run.Descriptors;
            int status = CublasLt.MatmulAlgoGetHeuristic(
                library.Handle, descriptors.Matmul, descriptors.First, descriptors.Second, descriptors.Result, descriptors.Result, preference, most, results, &found);
            count = found;
            return status;
        }
        finally
        {
            _ = CublasLt.MatmulPreferenceDestroy(preference);
        }
    }

    private void Prefer<T>(nint preference, int attribute, T value)
        where T : unmanaged =>
        CublasLt.Check(library.Device, CublasLt.MatmulPreferenceSetAttribute(preference, attribute, &value, (nuint)sizeof(T)), "cublasLtMatmulPreferenceSetAttribute");
}
