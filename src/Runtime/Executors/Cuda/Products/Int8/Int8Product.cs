using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>
/// Products of int8 that leave their kernel as numbers of the result's type: (x · wᵀ − zero_point · Σ w) · (scale · weight_scale) + bias + addend,
/// in int32 and then in float32, rounded once. For compute capability 9.0; on the emulator the kernel has a plain body.
/// </summary>
internal sealed unsafe class Int8Product
{
    // Beyond, sums could leave int32: 255 · 128 · inputs.
    private const long MostInputs = ushort.MaxValue;

    private readonly CudaDevice _device;
    private readonly CudaFunction[] _tiles;
    private readonly TensorMapTable? _xMaps;
    private readonly TensorMapTable? _weightMaps;

    /// <param name="device">Where it runs.</param>
    /// <param name="functions">The kernels of <see cref="Sources"/>, in order.</param>
    public Int8Product(CudaDevice device, ReadOnlySpan<CudaFunction> functions)
    {
        _device = device;
        _tiles = functions.ToArray();
        for (int i = 0; i < _tiles.Length; i++)
            _tiles[i].DynamicSharedMemory = Int8Tile.All[i].SharedBytes;
        if (TensorMap.IsAvailable)
            (_xMaps, _weightMaps) = (new(device), new(device));
    }

    /// <summary>How many descriptions of operands were made; a size that was there lately makes none.</summary>
    public int MapsMade => _xMaps is null ? 0 : _xMaps.Made + _weightMaps!.Made;

    /// <summary>Whether a device has what the kernels need.</summary>
    public static bool IsAvailable(CudaDevice device) => device is { Major: 9, Minor: 0 } && TensorMap.IsAvailable;

    /// <summary>Whether there are kernels for sizes and types.</summary>
    public static bool Takes(long features, long inputs, DType result, DType scale) =>
        features % 8 == 0 && features is > 0 and <= int.MaxValue / 2 && inputs % 16 == 0 && inputs is > 0 and <= MostInputs
        && result is DType.BFloat16 or DType.Float16 or DType.Float32 && scale is DType.BFloat16 or DType.Float16 or DType.Float32;

    /// <summary>The kernels for types of the result and of the weight's scale, one for each of <see cref="Int8Tile.All"/>.</summary>
    public static IReadOnlyList<KernelSource> Sources(DType result, DType scale) => [.. Int8Tile.All.Select(tile => tile.Source(result, scale))];

    /// <summary>Enqueues a product of sizes and operands that are supported. Allocates nothing.</summary>
    public void Run(CudaStream stream, in Int8Call call)
    {
        if (call.Rows > 0)
            Run(stream, call, Int8Schedule.Of(_device.Multiprocessors, checked((int)call.Rows), (int)call.Features));
    }

    /// <summary>Enqueues a product in one way.</summary>
    public void Run(CudaStream stream, in Int8Call call, in Int8Schedule schedule)
    {
        var tile = Int8Tile.All[schedule.Tile];
        Int8Arguments arguments = new()
        {
            X = call.X,
            Weight = call.Weight,
            WeightSums = call.WeightSums,
            WeightScale = call.WeightScale,
            Addend = call.Addend,
            Bias = call.Bias,
            Result = call.Result,
            Scale = call.Scale,
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
            arguments.XMap = _xMaps[new(call.X, arguments.Rows, arguments.Depth, tile.Rows)];
            arguments.WeightMap = _weightMaps![new(call.Weight, arguments.Columns, arguments.Depth, tile.Columns)];
        }

        _tiles[schedule.Tile].Launch(stream, (uint)schedule.Blocks, 1, 1, (uint)tile.Threads, (uint)tile.SharedBytes, &arguments);
    }
}
