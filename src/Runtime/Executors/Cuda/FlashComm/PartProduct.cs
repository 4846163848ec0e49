using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>Where a part of a layer's rows is, and where its product goes.</summary>
internal readonly record struct PartPlaces
{
    /// <summary>Rows in each batch.</summary>
    public required long Rows { get; init; }

    /// <summary>How many batches.</summary>
    public required long Batches { get; init; }

    /// <summary>The first row of x.</summary>
    public required nint X { get; init; }

    /// <summary>Rows of x from one batch to the next.</summary>
    public required long RowsOfX { get; init; }

    /// <summary>The first row of the result.</summary>
    public required nint Result { get; init; }

    /// <summary>Rows of the result from one batch to the next.</summary>
    public required long RowsOfResult { get; init; }

    /// <summary>Whether the result leaves as <see cref="PackedSums"/>, whose batches are those of <see cref="RowsOfResult"/> rows; there is no bias then.</summary>
    public bool PacksResult { get; init; }

    /// <summary>What is added to the product, laid out like the result; 0 for nothing.</summary>
    public nint Addend { get; init; }

    /// <summary>Whether the addend is packed like that; a result that is packed needs one that is, or none.</summary>
    public bool HasPackedAddend { get; init; }

    /// <summary>Whether anything is packed.</summary>
    public bool IsPacked => PacksResult || HasPackedAddend;

    /// <summary>[features] of the result's type, added to each row where <see cref="PartProduct.AddsBias"/>; 0 for nothing.</summary>
    public nint Bias { get; init; }
}

/// <summary>x · wᵀ (+ addend) (+ bias) for parts of x's rows, with one rank's weight [features, inputs].</summary>
/// <param name="device">Where it runs.</param>
/// <param name="shape">The layer.</param>
/// <param name="plan">The product as cuBLASLt has it.</param>
/// <param name="tuned">Whether its algorithms are timed.</param>
internal abstract class PartProduct(CudaDevice device, LayerShape shape, ProductPlan plan, bool tuned = false) : IDisposable
{
    /// <summary>The layer.</summary>
    public LayerShape Shape { get; } = shape;

    /// <summary>Whether a part can add the bias; otherwise whoever calls adds it to the whole.</summary>
    public abstract bool AddsBias { get; }

    /// <summary>See <see cref="ProductRunner.BeforeLoading"/>.</summary>
    public Action? BeforeLoading
    {
        set => Runner.BeforeLoading = value;
    }

    /// <summary>cuBLASLt's product.</summary>
    protected ProductRunner Runner { get; } = new(device, plan, tuned);

    /// <summary>Enqueues a part. Allocates nothing after the first run of a size.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="places">The part.</param>
    /// <param name="weight">The weight's address.</param>
    /// <param name="workspace"><see cref="LayerShape.LaneBytes"/> bytes that nothing else uses meanwhile.</param>
    public abstract void Run(CudaStream stream, in PartPlaces places, nint weight, nint workspace);

    /// <inheritdoc/>
    public void Dispose() => Runner.Dispose();

    /// <summary>The sizes as cuBLASLt is told of them.</summary>
    protected ProductSizes Sizes(in PartPlaces places, long rowsOfResult)
    {
        // One batch is a matrix whatever lies behind it.
        bool isOne = places.Batches == 1;
        return new(places.Rows, Shape.Features, Shape.Inputs)
        {
            RowStrideA = Shape.Inputs,
            RowStrideB = Shape.Inputs,
            RowStrideD = Shape.Features,
            Batch = places.Batches,
            BatchStrideA = isOne ? 0 : places.RowsOfX * Shape.Inputs,
            BatchStrideB = 0,
            BatchStrideD = isOne ? 0 : rowsOfResult * Shape.Features,
        };
    }
}
