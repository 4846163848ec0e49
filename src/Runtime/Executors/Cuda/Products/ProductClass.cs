using System.Numerics;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// Products for which one algorithm is kept. m counts exactly up to 16, where the best algorithms differ most, then rounded up to a power of
/// two, above 4096 to a multiple of 1024; n and k exactly, or rounded like m where they vary. Of strides only that counts which algorithms ask for.
/// </summary>
internal readonly record struct ProductClass(ProductPlan Plan, long M, long N, long K, long Batch, uint Strides, uint Addresses)
{
    /// <summary>The class of a product.</summary>
    /// <param name="plan">The product.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="addresses">From <see cref="Alignments"/>.</param>
    public static ProductClass Of(ProductPlan plan, in ProductSizes sizes, uint addresses)
    {
        int operand = plan.Operands.Size(), result = plan.Result.Size();
        uint strides = Log(sizes.RowStrideA * operand) | Log(sizes.RowStrideB * operand) << 4 | Log(sizes.RowStrideD * result) << 8;
        if (sizes.Batch > 1)
        {
            strides |= Log(sizes.BatchStrideA * operand) << 12 | Log(sizes.BatchStrideB * operand) << 16 | Log(sizes.BatchStrideD * result) << 20
                | (sizes.BatchStrideA == 0 ? 1u << 24 : 0) | (sizes.BatchStrideB == 0 ? 1u << 25 : 0);
        }

        return new(
            plan, Round(sizes.M), plan.ColumnsVary ? Round(sizes.N) : sizes.N, plan.InnerVaries ? Round(sizes.K) : sizes.K, sizes.Batch, strides, addresses);
    }

    /// <summary>What algorithms ask of addresses, packed: the powers of two, up to 256, that divide them.</summary>
    public static uint Alignments(nint a, nint b, nint d, nint bias) => LogOf(a) | LogOf(b) << 4 | LogOf(d) << 8 | LogOf(bias) << 12;

    /// <summary>The size that stands for a range of sizes.</summary>
    public static long Round(long size) => size switch
    {
        <= 16 => size,
        <= 4096 => (long)BitOperations.RoundUpToPowerOf2((ulong)size),
        _ => (size + 1023) / 1024 * 1024,
    };

    private static uint LogOf(nint address) => (uint)BitOperations.Log2(ProductPlan.AlignmentOf(address));

    private static uint Log(long stride) => LogOf((nint)stride);
}
