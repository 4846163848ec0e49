namespace Evergraph.Runtime.Cuda.Products;

/// <summary>The sizes of one run of a product, in elements. All matrices are row-major as they are stored.</summary>
/// <param name="M">Rows of A and D.</param>
/// <param name="N">Columns of B and D.</param>
/// <param name="K">Columns of A, rows of B.</param>
internal readonly record struct ProductSizes(long M, long N, long K)
{
    /// <summary>From a stored row of A to the next.</summary>
    public long RowStrideA { get; init; }

    /// <summary>From a stored row of B to the next.</summary>
    public long RowStrideB { get; init; }

    /// <summary>From a row of D to the next.</summary>
    public long RowStrideD { get; init; }

    /// <summary>How many products; each has its own D.</summary>
    public long Batch { get; init; } = 1;

    /// <summary>From one A to the next; 0 where all share it.</summary>
    public long BatchStrideA { get; init; }

    /// <summary>From one B to the next; 0 where all share it.</summary>
    public long BatchStrideB { get; init; }

    /// <summary>From one D to the next.</summary>
    public long BatchStrideD { get; init; }

    /// <summary>Whether D has no element, so that there is nothing to do.</summary>
    public bool IsEmpty => M == 0 || N == 0 || Batch == 0;

    /// <summary>The sizes of dense operands.</summary>
    /// <param name="plan">Which of them are stored transposed.</param>
    /// <param name="m">Rows of A and D.</param>
    /// <param name="n">Columns of B and D.</param>
    /// <param name="k">Columns of A, rows of B.</param>
    /// <param name="batch">How many products.</param>
    /// <param name="sharedA">Whether all products have one A.</param>
    /// <param name="sharedB">Whether all products have one B.</param>
    public static ProductSizes Dense(ProductPlan plan, long m, long n, long k, long batch = 1, bool sharedA = false, bool sharedB = false) => new(m, n, k)
    {
        RowStrideA = plan.TransposeA ? m : k,
        RowStrideB = plan.TransposeB ? k : n,
        RowStrideD = n,
        Batch = batch,
        BatchStrideA = sharedA ? 0 : m * k,
        BatchStrideB = sharedB ? 0 : k * n,
        BatchStrideD = m * n,
    };
}
