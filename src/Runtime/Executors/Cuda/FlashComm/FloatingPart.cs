using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>Parts of a floating-point layer: cuBLASLt, whose own addition sums over ranks.</summary>
/// <param name="device">Where it runs.</param>
/// <param name="shape">The layer.</param>
/// <param name="options">How products are computed.</param>
internal sealed class FloatingPart(CudaDevice device, LayerShape shape, CudaOptions options) : PartProduct(
    device, shape, new() { Operands = shape.Operand, Result = shape.Result, TransposeB = true, AllowTf32 = options.AllowTf32 }, options.TuneProducts)
{
    public override bool AddsBias => false;

    public override void Run(CudaStream stream, in PartPlaces places, nint weight, nint workspace) =>
        Runner.Run(stream, Sizes(places, places.RowsOfResult), places.X, weight, places.Result, 0, workspace, places.Addend);
}
