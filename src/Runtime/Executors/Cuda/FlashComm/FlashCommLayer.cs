using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>A layer made ready for one rank's device: its products and its kernels, and all ways to run it.</summary>
internal sealed class FlashCommLayer : IDisposable
{
    private readonly PartProduct _product;
    private readonly RowParallel? _row;
    private readonly ColumnParallel? _column;
    private readonly ShardKernels _results;

    /// <param name="device">The rank's device.</param>
    /// <param name="shape">The layer.</param>
    /// <param name="options">How products are computed.</param>
    /// <param name="functions">The kernels of <see cref="Sources"/>, in order.</param>
    public FlashCommLayer(CudaDevice device, LayerShape shape, CudaOptions options, ReadOnlySpan<CudaFunction> functions)
    {
        int count = ShardKernels.Sources(shape.Result).Count;
        Shape = shape;
        _results = new(shape.Result, functions[..count]);
        var rest = functions[(2 * count)..];
        var packed = shape.IsPacked ? new PackedSums(rest[0]) : null;
        rest = rest[(packed is null ? 0 : 1)..];
        bool isFused = FusedProduct.IsAvailable(device, shape);
        _product = shape.IsQuantized ? new QuantizedPart(device, rest[(isFused ? 1 : 0)..], shape) : new FloatingPart(device, shape, options);
        if (shape.IsRow)
            _row = new(_product, _results, packed, isFused ? new(device, (QuantizedPart)_product, rest[0]) : null);
        else
            _column = new(_product, new(shape.Operand, functions[count..(2 * count)]), _results);
    }

    /// <summary>The layer.</summary>
    public LayerShape Shape { get; }

    /// <summary>A quantised layer's scales in the calls that follow.</summary>
    public QuantizedScales Scales
    {
        set
        {
            if (_product is QuantizedPart quantized)
                quantized.Scales = value;
        }
    }

    /// <summary>See <see cref="Products.ProductRunner.BeforeLoading"/>.</summary>
    public Action? BeforeLoading
    {
        set => _product.BeforeLoading = value;
    }

    /// <summary>The kernels that a layer launches: those of the result's type, those of x's, those of packed sums, and those of quantised layers.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="device">What it is to run on.</param>
    public static IReadOnlyList<KernelSource> Sources(LayerShape shape, CudaDevice device) =>
    [
        .. ShardKernels.Sources(shape.Result), .. ShardKernels.Sources(shape.Operand),
        .. shape.IsPacked ? [PackedSums.Source(shape.Result)] : Array.Empty<KernelSource>(),
        .. FusedProduct.IsAvailable(device, shape) ? [FusedProduct.Source(shape)] : Array.Empty<KernelSource>(),
        .. shape.IsQuantized ? QuantizedPart.Sources(shape, Int8Product.IsAvailable(device)) : [],
    ];

    /// <summary>Enqueues a call in one of the layer's ways.</summary>
    public void Run(DeviceGroup group, in LinearCall call, FlashCommVariant variant)
    {
        if (_row is not null)
            _row.Run(group, call, variant);
        else
            _column!.Run(group, call, variant);
    }

    /// <summary>Enqueues the product of all rows that this rank has, with the bias where there is one, and nothing else.</summary>
    public void RunAlone(CudaStream stream, in LinearCall call)
    {
        long rows = call.Batches * call.Tokens;
        _product.Run(stream, new()
        {
            Rows = rows,
            Batches = 1,
            X = call.X,
            RowsOfX = rows,
            Result = call.Result,
            RowsOfResult = rows,
            Bias = _product.AddsBias ? call.Bias : 0,
        }, call.Weight, call.Workspace);
        if (call.Bias != 0 && !_product.AddsBias)
            _results.Finish(stream, new() { Result = call.Result, Bias = call.Bias, Outer = 1, Size = (int)rows, Part = (int)rows, Inner = (int)Shape.Features, Ranks = 1 });
    }

    public void Dispose() => _product.Dispose();
}
