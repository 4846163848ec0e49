using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>What kernels are told of int8 products: sizes, addresses, and maps of both operands, of which the ones of late are kept.</summary>
internal sealed class Int8Operands
{
    private readonly TensorMapTable? _xMaps;
    private readonly TensorMapTable? _weightMaps;

    /// <param name="device">Who reads the operands; where its driver makes no maps they are read as they are.</param>
    public Int8Operands(CudaDevice device)
    {
        if (TensorMap.IsAvailable)
            (_xMaps, _weightMaps) = (new(device), new(device));
    }

    /// <summary>How many maps were made; a size that was there lately makes none.</summary>
    public int MapsMade => _xMaps is null ? 0 : _xMaps.Made + _weightMaps!.Made;

    /// <summary>The parameter of a kernel. Allocates nothing.</summary>
    /// <param name="call">The product.</param>
    /// <param name="schedule">How it is cut.</param>
    public Int8Arguments ArgumentsOf(in Int8Call call, in Int8Schedule schedule)
    {
        Int8Arguments arguments = new()
        {
            X = call.X,
            Weight = call.Weight,
            WeightSums = call.WeightSums,
            WeightScale = call.WeightScale,
            Addend = call.Addend,
            Bias = call.Bias,
            Result = call.Result,
            Scale = (float)call.Scale,
            ScaleRest = (float)(call.Scale - (float)call.Scale),
            Rows = (int)call.Rows,
            Columns = (int)call.Features,
            Depth = (int)call.Inputs,
            ZeroPoint = call.ZeroPoint,
            RowTiles = schedule.RowTiles,
            ColumnTiles = schedule.ColumnTiles,
            Band = schedule.Band,
        };
        if (_xMaps is not null)
        {
            arguments.XMap = _xMaps[new(call.X, arguments.Rows, arguments.Depth, schedule.Tile.Rows)];
            arguments.WeightMap = _weightMaps![new(call.Weight, arguments.Columns, arguments.Depth, schedule.Tile.Columns)];
        }

        return arguments;
    }
}
