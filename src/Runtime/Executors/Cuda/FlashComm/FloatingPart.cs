using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>Parts of a floating-point layer: cuBLASLt, whose own addition sums over ranks.</summary>
internal sealed class FloatingPart : PartProduct
{
    private readonly ProductRunner _runner;

    /// <param name="device">Where it runs.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="options">How products are computed.</param>
    public FloatingPart(CudaDevice device, LayerShape shape, CudaOptions options)
        : base(shape) =>
        _runner = new(device, new() { Operands = shape.Operand, Result = shape.Result, TransposeB = true, AllowTf32 = options.AllowTf32 }, options.TuneProducts);

    public override bool AddsBias => false;

    public override Action? BeforeLoading
    {
        set => _runner.BeforeLoading = value;
    }

    public override void Run(CudaStream stream, in PartPlaces places, nint weight, nint workspace) =>
        _runner.Run(stream, Sizes(places, places.RowsOfResult), places.X, weight, places.Result, 0, workspace, places.Addend);

    public override void Dispose() => _runner.Dispose();
}
