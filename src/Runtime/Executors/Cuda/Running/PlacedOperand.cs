using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Where a step's operand lies in a run: its strided view of a value in memory, at the sizes of the call.</summary>
/// <param name="operand">The operand, which has its place.</param>
/// <param name="dims">The plan's sizes.</param>
internal sealed class PlacedOperand(StepOperand operand, DimTable dims)
{
    private readonly int _value = operand.View.Source.Id;
    private readonly int _offset = dims.Add(operand.View.Offset);
    private readonly int _size = operand.Value.Type.DType.Size();
    private readonly int[] _strides = [.. operand.View.Strides.Select(dims.Add)];

    /// <summary>The address of its first element.</summary>
    public nint Address(DeviceRun run) => run.Addresses[_value] + (nint)(run.Dims[_offset] * _size);

    /// <summary>The elements between neighbours along an axis.</summary>
    public long Stride(DeviceRun run, int axis) => run.Dims[_strides[axis]];
}
