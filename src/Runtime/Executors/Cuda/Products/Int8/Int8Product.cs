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

    // By packing, then by tile.
    private readonly CudaFunction[] _kernels;
    private readonly Int8Operands _operands;

    /// <param name="device">Where it runs.</param>
    /// <param name="functions">The kernels of <see cref="Sources"/>, in order.</param>
    public Int8Product(CudaDevice device, ReadOnlySpan<CudaFunction> functions)
    {
        _device = device;
        _kernels = functions.ToArray();
        for (int i = 0; i < _kernels.Length; i++)
            _kernels[i].DynamicSharedMemory = Int8Tile.All[i % Int8Tile.All.Count].SharedBytes;
        _operands = new(device);
    }

    /// <summary>See <see cref="Int8Operands.MapsMade"/>.</summary>
    public int MapsMade => _operands.MapsMade;

    /// <summary>Whether a device has what the kernels need.</summary>
    public static bool IsAvailable(CudaDevice device) => device.HasWarpgroupProducts && TensorMap.IsAvailable;

    /// <summary>Whether there are kernels for sizes and types.</summary>
    public static bool Takes(long features, long inputs, DType result, DType scale) =>
        features % 8 == 0 && features is > 0 and <= int.MaxValue / 2 && inputs % 16 == 0 && inputs is > 0 and <= MostInputs
        && result is DType.BFloat16 or DType.Float16 or DType.Float32 && scale is DType.BFloat16 or DType.Float16 or DType.Float32;

    /// <summary>The kernels for types of the result and of the weight's scale, one for each of <see cref="Int8Tile.All"/> and each packing.</summary>
    /// <param name="result">The type of the result; bfloat16 where anything is packed.</param>
    /// <param name="scale">The type of the weight's scale.</param>
    /// <param name="packs">Whether there are calls with a packing.</param>
    public static IReadOnlyList<KernelSource> Sources(DType result, DType scale, bool packs = false) =>
    [
        .. from packing in (Int8Packing[])(packs ? [Int8Packing.None, Int8Packing.Addend, Int8Packing.Result] : [Int8Packing.None])
           from tile in Int8Tile.All
           select tile.Source(result, scale, packing),
    ];

    /// <summary>Enqueues a product of sizes and operands that are supported. Allocates nothing.</summary>
    public void Run(CudaStream stream, in Int8Call call)
    {
        if (call.Rows > 0)
            Run(stream, call, Int8Schedule.Of(_device.Multiprocessors, checked((int)call.Rows), (int)call.Features));
    }

    /// <summary>Enqueues a product in one way.</summary>
    public void Run(CudaStream stream, in Int8Call call, in Int8Schedule schedule)
    {
        var (tile, arguments) = (schedule.Tile, _operands.ArgumentsOf(call, schedule));
        _kernels[((int)call.Packing * Int8Tile.All.Count) + Int8Tile.IndexOf(tile)].Launch(stream, (uint)schedule.Blocks, 1, 1, (uint)tile.Threads, (uint)tile.SharedBytes, &arguments);
    }
}
