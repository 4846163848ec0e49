namespace Evergraph.CustomOps;

/// <summary>
/// The product of a linear layer on one rank, x·wᵀ, over any range of rows: what the row and the column operator share, and
/// where floating-point and int8 differ. A row of the product depends on its row of x alone, bit for bit.
/// </summary>
internal abstract class LinearProduct
{
    /// <summary>The type that products are held, communicated and added up in.</summary>
    public abstract DType SumType { get; }

    /// <summary>The type of the operator's result.</summary>
    public abstract DType ResultType { get; }

    /// <summary>Output features on this rank.</summary>
    public abstract long Features { get; }

    /// <summary>The byte that rows of padding are filled with: it stands for 0.</summary>
    public virtual byte Padding => 0;

    /// <summary>result[resultRow …] = x[row … row + rows − 1]·wᵀ + bias, both seen as matrices of rows.</summary>
    public abstract void Multiply(Tensor x, long row, long rows, Tensor? bias, Tensor result, long resultRow);

    /// <summary>All rows, in the type of the result and in fresh memory.</summary>
    public Tensor Linear(Tensor x, Tensor? bias)
    {
        var sum = NewSum([.. x.Sizes[..^1], Features]);
        Multiply(x, 0, Rows(x), bias, sum, 0);
        return Scratch.Finish(sum, ResultType);
    }

    /// <summary>
    /// Memory for sums that <see cref="Scratch.Finish"/> turns into the operator's result: the result's own where the types
    /// are the same.
    /// </summary>
    public Tensor NewSum(ReadOnlySpan<long> sizes) =>
        SumType == ResultType ? Tensor.Empty(ResultType, sizes) : Scratch.Empty(SumType, sizes);

    /// <summary>How many rows a tensor has, seen as a matrix.</summary>
    public static long Rows(Tensor x) => AxisBlock.Product(x.Sizes[..^1]);
}
