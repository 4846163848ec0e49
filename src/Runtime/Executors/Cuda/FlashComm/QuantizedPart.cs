using System.Globalization;
using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products;
using Evergraph.Runtime.Cuda.Products.Int8;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>The tensors and numbers of a quantised layer besides x and the weight.</summary>
/// <param name="WeightScale">[features].</param>
/// <param name="WeightSums">Σ over k of the weight, int32 [features], or 0 where the zero-point is 0.</param>
/// <param name="Scale">The scale of x.</param>
/// <param name="ZeroPoint">What stands for 0 in x.</param>
internal readonly record struct QuantizedScales(nint WeightScale, nint WeightSums, double Scale, int ZeroPoint);

/// <summary>
/// Parts of a W8A8 layer: products in int32, then (Σ q·w − zero_point · Σ w) · (scale · weight_scale) + addend + bias in float32, rounded once to
/// the result's type. By <see cref="Int8Product"/> where there is one for the device and the sizes; otherwise by cuBLASLt and a pass over its sums.
/// </summary>
internal sealed unsafe class QuantizedPart : PartProduct
{
    private const int Threads = 256;
    private const int MostBlocks = 2048;

    private readonly CudaFunction _single;
    private readonly CudaFunction _grouped;
    private readonly CudaFunction? _packed;
    private readonly Int8Product? _int8;

    /// <param name="device">Where it runs.</param>
    /// <param name="functions">The kernels of <see cref="Sources"/>, in order.</param>
    /// <param name="shape">The layer: K is a multiple of 16, N of 4.</param>
    public QuantizedPart(CudaDevice device, ReadOnlySpan<CudaFunction> functions, LayerShape shape)
        : base(device, shape, new() { Operands = DType.Int8, Result = DType.Int32, TransposeB = true })
    {
        (_single, _grouped, _packed) = (functions[0], functions[1], shape.IsPacked ? functions[2] : null);
        var int8 = functions[(shape.IsPacked ? 3 : 2)..];
        _int8 = int8.IsEmpty ? null : new(device, int8);
    }

    /// <summary>The scales of the call that is being enqueued.</summary>
    public QuantizedScales Scales { get; set; }

    public override bool AddsBias => true;

    /// <summary>The kernels of a quantised layer.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="hasInt8">Whether the device runs <see cref="Int8Product"/>.</param>
    public static IReadOnlyList<KernelSource> Sources(LayerShape shape, bool hasInt8)
    {
        var (result, scale) = (shape.Result, shape.Scale!.Value);
        bool takes = hasInt8 && Int8Product.Takes(shape.Features, shape.Inputs, result, scale);
        return
        [
            Source("dequantize", result, scale, 1), Source("dequantize", result, scale, 4), .. shape.IsPacked ? [Source("packed_products", result, scale, 1, "packed_sums.cuh")] : Array.Empty<KernelSource>(),
            .. takes ? Int8Product.Sources(result, scale, shape.IsPacked) : [],
        ];
    }

    public override void Run(CudaStream stream, in PartPlaces places, nint weight, nint workspace)
    {
        if (_int8 is not null && Call(places, weight) is { IsSupported: true } call)
            RunInt8(_int8, stream, places, call);
        else
            RunInTwo(stream, places, weight, workspace);
    }

    /// <summary>The first batch, or all of them where they lie together.</summary>
    public Int8Call Call(in PartPlaces places, nint weight) => new()
    {
        Rows = AreDense(places) ? places.Batches * places.Rows : places.Rows,
        Features = Shape.Features,
        Inputs = Shape.Inputs,
        X = places.X,
        Weight = weight,
        WeightScale = Scales.WeightScale,
        WeightSums = Scales.WeightSums,
        Addend = places.Addend,
        Bias = places.Bias,
        Result = places.Result,
        Packing = places.PacksResult ? Int8Packing.Result : places.HasPackedAddend ? Int8Packing.Addend : Int8Packing.None,
        Scale = Scales.Scale,
        ZeroPoint = Scales.ZeroPoint,
    };

    /// <summary>Batches whose rows lie together are one; packed, each begins a record.</summary>
    private static bool AreDense(in PartPlaces places) =>
        places.RowsOfX == places.Rows && places.RowsOfResult == places.Rows && (!places.IsPacked || places.Rows % PackedSums.RecordRows == 0);

    private long BatchBytes(in PartPlaces places, bool packed) =>
        packed ? PackedSums.Bytes(places.RowsOfResult, Shape.Features) : places.RowsOfResult * Shape.RowBytesOfResult;

    private void RunInt8(Int8Product product, CudaStream stream, in PartPlaces places, in Int8Call call)
    {
        long batches = AreDense(places) ? Math.Min(places.Batches, 1) : places.Batches;
        for (long batch = 0; batch < batches; batch++)
        {
            nint x = (nint)(batch * places.RowsOfX * Shape.RowBytesOfX), result = (nint)(batch * BatchBytes(places, places.PacksResult));
            nint addend = call.Addend == 0 ? 0 : call.Addend + (nint)(batch * BatchBytes(places, places.HasPackedAddend));
            product.Run(stream, call with { X = call.X + x, Result = call.Result + result, Addend = addend });
        }
    }

    private void RunInTwo(CudaStream stream, in PartPlaces places, nint weight, nint workspace)
    {
        nint products = workspace + ProductLibrary.WorkspaceBytes;
        Runner.Run(stream, Sizes(places, places.Rows), places.X, weight, products, 0, workspace);
        bool isPacked = places.IsPacked, isGrouped = !isPacked && ((places.Result | places.Addend) & 15) == 0;
        long columns = isGrouped ? Shape.Features / 4 : Shape.Features;
        long items = places.Batches * (isPacked ? PackedSums.Records(places.Rows, Shape.Features) : places.Rows * columns);
        if (items == 0)
            return;
        DequantizeArguments arguments = new()
        {
            Products = products,
            WeightSums = Scales.WeightSums,
            WeightScale = Scales.WeightScale,
            Addend = places.Addend,
            Bias = places.Bias,
            Result = places.Result,
            Items = items,
            OuterStride = places.RowsOfResult * Shape.Features,
            Scale = Scales.Scale,
            Rows = (int)places.Rows,
            Columns = (int)columns,
            ZeroPoint = Scales.ZeroPoint,
        };
        long threads = isPacked ? items * 32 : items;
        uint blocks = (uint)Math.Min((threads + Threads - 1) / Threads, MostBlocks);
        if (isPacked)
        {
            PackedProductArguments packed = new() { Products = arguments, RecordStride = BatchBytes(places, packed: true), Packs = places.PacksResult ? 1 : 0 };
            _packed!.Launch(stream, blocks, 1, 1, Threads, 0, &packed);
            return;
        }

        (isGrouped ? _grouped : _single).Launch(stream, blocks, 1, 1, Threads, 0, &arguments);
    }

    private static KernelSource Source(string name, DType result, DType scale, int group, params ReadOnlySpan<string> files) => new(
        name, string.Concat([.. from file in (string[])["prelude.cuh", .. files, "quantized_products.cuh", $"{name}.cu"] select KernelResources.Read(file)]),
        [
            $"-DSHARD_TYPE={CTypes.Of(result)}", $"-DSCALE_TYPE={CTypes.Of(scale)}",
            string.Create(CultureInfo.InvariantCulture, $"-DSHARD_VECTOR={group}"),
        ]);

    [StructLayout(LayoutKind.Sequential)]
    private struct DequantizeArguments
    {
        public nint Products;
        public nint WeightSums;
        public nint WeightScale;
        public nint Addend;
        public nint Bias;
        public nint Result;
        public long Items;
        public long OuterStride;
        public double Scale;
        public int Rows;
        public int Columns;
        public int ZeroPoint;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PackedProductArguments
    {
        public DequantizeArguments Products;
        public long RecordStride;
        public int Packs;
    }
}
