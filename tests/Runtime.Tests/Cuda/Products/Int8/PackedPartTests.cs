using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Products.Int8;
using Evergraph.Runtime.Tests.Cuda.Attention;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

/// <summary>Parts of a W8A8 layer that leave as packed sums: by the int8 kernel in each of its tiles, and by cuBLASLt and a pass.</summary>
[Collection(CudaTest.Name)]
public sealed class PackedPartTests(ITestOutputHelper output)
{
    private const int Features = 192, Inputs = 48, RecordBytes = 1360;
    private const byte Untouched = 0xa5;

    private static readonly LayerShape Shape = new(IsRow: true, Features, Inputs, DType.Int8, DType.BFloat16, DType.Float32, 2);

    // Rows, batches, rows of x and of the result from one batch to the next.
    [Theory]
    [InlineData(true, 1, 1, 1, 1)]
    [InlineData(true, 37, 1, 37, 37)]
    [InlineData(true, 300, 1, 300, 300)]
    [InlineData(true, 37, 3, 50, 60)]
    [InlineData(true, 48, 3, 48, 48)]
    [InlineData(false, 37, 1, 37, 37)]
    [InlineData(false, 37, 3, 50, 60)]
    [InlineData(false, 48, 3, 48, 48)]
    [InlineData(false, 0, 3, 5, 9)]
    public void NumbersAreWithinHalfAScale(bool hasInt8, int rows, int batches, int rowsOfX, int rowsOfResult)
    {
        using var packed = new Case(Device(hasInt8), Seed(), batches * rowsOfX, batches * (int)PackedSums.Bytes(rowsOfResult, Features));
        using var library = new KernelLibrary(packed.Device, cacheFolder: "");
        using var part = new QuantizedPart(packed.Device, library.Compile(QuantizedPart.Sources(Shape, hasInt8)), Shape) { Scales = packed.Scales };
        using var workspace = DeviceMemory.Allocate(packed.Device, Shape.LaneBytes(batches * rows).Value);
        part.Run(packed.Stream, new() { Rows = rows, Batches = batches, X = packed.X, RowsOfX = rowsOfX, Result = packed.Result, RowsOfResult = rowsOfResult, PacksResult = true }, packed.Weight, workspace.Address);
        byte[] bytes = packed.ReadResult();
        for (int batch = 0; batch < batches; batch++)
        {
            int first = batch * (int)PackedSums.Bytes(rowsOfResult, Features), end = first + (int)PackedSums.Bytes(rows, Features);
            packed.Check(bytes.AsSpan(first, end - first), batch * rowsOfX, rows);
            Assert.True(bytes.AsSpan(end, ((batch + 1) * (int)PackedSums.Bytes(rowsOfResult, Features)) - end).IndexOfAnyExcept(Untouched) < 0, "there is something behind the last record");
        }
    }

    [Fact]
    public void EveryTilePacks()
    {
        using var packed = new Case(Device(hasInt8: true), Seed(), 203, (int)PackedSums.Bytes(203, Features));
        using var library = new KernelLibrary(packed.Device, cacheFolder: "");
        var product = new Int8Product(packed.Device, library.Compile(Int8Product.Sources(DType.BFloat16, DType.Float32, packs: true)));
        for (int tile = 0; tile < Int8Tile.All.Count; tile++)
        {
            packed.ClearResult();
            product.Run(packed.Stream, packed.Call(203), Int8Schedule.With(Int8Tile.All[tile], 3, 203, Features));
            packed.Check(packed.ReadResult(), 0, 203);
        }
    }

    // Twice and thrice the product, by way of records.
    [Theory]
    [InlineData(true, 300, 1, 300, 300)]
    [InlineData(true, 37, 3, 50, 60)]
    [InlineData(false, 37, 3, 50, 60)]
    [InlineData(false, 48, 3, 48, 48)]
    public void AnAddendIsUnpacked(bool hasInt8, int rows, int batches, int rowsOfX, int rowsOfResult)
    {
        int packedBytes = batches * (int)PackedSums.Bytes(rowsOfResult, Features);
        using var packed = new Case(Device(hasInt8), Seed(), batches * rowsOfX, Math.Max(packedBytes, batches * rowsOfResult * Features * 2), feature => 1 + (feature % 7));
        using var library = new KernelLibrary(packed.Device, cacheFolder: "");
        using var part = new QuantizedPart(packed.Device, library.Compile(QuantizedPart.Sources(Shape, hasInt8)), Shape) { Scales = packed.Scales };
        using var workspace = DeviceMemory.Allocate(packed.Device, Shape.LaneBytes(batches * rows).Value);
        using var once = DeviceMemory.Allocate(packed.Device, packedBytes);
        using var twice = DeviceMemory.Allocate(packed.Device, packedBytes);
        var places = new PartPlaces { Rows = rows, Batches = batches, X = packed.X, RowsOfX = rowsOfX, Result = once.Address, RowsOfResult = rowsOfResult, PacksResult = true };
        part.Run(packed.Stream, places, packed.Weight, workspace.Address);
        part.Run(packed.Stream, places with { Result = twice.Address, Addend = once.Address, HasPackedAddend = true }, packed.Weight, workspace.Address);
        part.Run(packed.Stream, places with { Result = packed.Result, Addend = twice.Address, HasPackedAddend = true, PacksResult = false }, packed.Weight, workspace.Address);
        byte[] sums = new byte[packedBytes], result = packed.ReadResult();
        packed.Stream.Read(twice.Address, sums);
        int batchBytes = packedBytes / batches;
        for (int batch = 0; batch < batches; batch++)
        {
            // What was packed once more than the product itself is off by as much again.
            packed.Check(sums.AsSpan(batch * batchBytes, (int)PackedSums.Bytes(rows, Features)), batch * rowsOfX, rows, times: 2, scales: 1);
            for (int i = 0; i < rows * Features; i++)
            {
                double given = Elements.Read(result, DType.BFloat16, (batch * rowsOfResult * Features) + i), expected = 3 * packed.Product((batch * rowsOfX) + (i / Features), i % Features);
                double scale = Unpack(sums.AsSpan(batch * batchBytes, batchBytes), i / Features, i % Features).Scale;
                Assert.True(Math.Abs(given - expected) <= (1.1 * scale) + (Math.Abs(expected) / 256), $"batch {batch}, element {i}: {given:R}, expected {expected:R}");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARecordWithoutANumberIsNaN(bool hasInt8)
    {
        using var packed = new Case(Device(hasInt8), 1, 16, (int)PackedSums.Bytes(16, Features), scaleOf: feature => feature == 70 ? float.NaN : 1);
        using var library = new KernelLibrary(packed.Device, cacheFolder: "");
        using var part = new QuantizedPart(packed.Device, library.Compile(QuantizedPart.Sources(Shape, hasInt8)), Shape) { Scales = packed.Scales };
        using var workspace = DeviceMemory.Allocate(packed.Device, Shape.LaneBytes(16).Value);
        part.Run(packed.Stream, new() { Rows = 16, Batches = 1, X = packed.X, RowsOfX = 16, Result = packed.Result, RowsOfResult = 16, PacksResult = true }, packed.Weight, workspace.Address);
        byte[] bytes = packed.ReadResult();
        for (int feature = 0; feature < Features; feature++)
            Assert.Equal(feature / 64 == 1, double.IsNaN(Unpack(bytes, 3, feature).Value));
    }

    private static CudaDevice Device(bool hasInt8)
    {
        var device = ProductPropertyTests.ProductDevice;
        CudaTest.RequireCompiler();
        Assert.SkipUnless(!hasInt8 || device is { Major: 9, Minor: 0 }, $"the kernel is for compute capability 9.0; this is {device}, {device.Architecture}");
        return device;
    }

    private int Seed()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>A number of packed rows and its scale, as packed_sums.cuh lays them out.</summary>
    private static (double Value, double Scale) Unpack(ReadOnlySpan<byte> rows, int row, int feature)
    {
        var record = rows.Slice(((row / 16 * (Features / 64)) + (feature / 64)) * RecordBytes, RecordBytes);
        int column = feature % 64, i = row % 16 / 4, lane = (row % 4 * 8) + (column / 8), e = column % 8;
        int lower = record[(i / 2 * 512) + (lane * 16) + (i % 2 * 8) + e];
        int upper = record[1024 + (lane * 8) + (i / 2 * 4) + (e % 4)] >> ((i % 2 * 4) + (e / 4 * 2)) & 3;
        int code = BinaryPrimitives.ReadUInt16LittleEndian(record[1344..]) - record[1280 + column];
        double scale = BitConverter.Int32BitsToSingle(code << 20);
        return ((lower + (upper * 256) - 512) * scale, scale);
    }

    /// <summary>Operands of all sizes, and what comes of them in integers and doubles.</summary>
    private sealed class Case : IDisposable
    {
        private readonly DeviceMemory _operands;
        private readonly DeviceMemory _result;
        private readonly sbyte[] _x;
        private readonly sbyte[] _weight = new sbyte[Features * Inputs];
        private readonly float[] _scale = new float[Features];
        private readonly int[] _sums = new int[Features];

        public Case(CudaDevice device, int seed, int rows, int resultBytes, Func<int, float>? scaleOf = null)
        {
            Device = device;
            Stream = CudaStream.Create(device);
            var random = new Random(seed);
            _x = new sbyte[rows * Inputs];
            random.NextBytes(MemoryMarshal.AsBytes(_x.AsSpan()));
            random.NextBytes(MemoryMarshal.AsBytes(_weight.AsSpan()));

            // Features differ by up to forty octaves, more than a record's scales do; one is 0.
            for (int i = 0; i < Features; i++)
            {
                _scale[i] = scaleOf?.Invoke(i) ?? (i == 5 ? 0 : MathF.ScaleB(1 + random.NextSingle(), random.Next(-20, 20)));
                _sums[i] = _weight.AsSpan(i * Inputs, Inputs).ToArray().Sum(w => w);
            }

            _operands = DeviceMemory.Allocate(device, _x.Length + _weight.Length + (8 * Features) + 64);
            _result = DeviceMemory.Allocate(device, Math.Max(resultBytes, 1));
            X = _operands.Address;
            Weight = X + ((_x.Length + 15) & -16);
            Scales = new(Weight + _weight.Length, Weight + _weight.Length + (4 * Features), 0.25, -3);
            Stream.Write(X, MemoryMarshal.AsBytes(_x.AsSpan()));
            Stream.Write(Weight, MemoryMarshal.AsBytes(_weight.AsSpan()));
            Stream.Write(Scales.WeightScale, MemoryMarshal.AsBytes(_scale.AsSpan()));
            Stream.Write(Scales.WeightSums, MemoryMarshal.AsBytes(_sums.AsSpan()));
            ClearResult();
        }

        public CudaDevice Device { get; }

        public CudaStream Stream { get; }

        public nint X { get; }

        public nint Weight { get; }

        public nint Result => _result.Address;

        public QuantizedScales Scales { get; }

        public Int8Call Call(int rows) => new()
        {
            Rows = rows,
            Features = Features,
            Inputs = Inputs,
            X = X,
            Weight = Weight,
            WeightScale = Scales.WeightScale,
            WeightSums = Scales.WeightSums,
            Result = Result,
            Packing = Int8Packing.Result,
            Scale = Scales.Scale,
            ZeroPoint = Scales.ZeroPoint,
        };

        public void ClearResult() => Stream.Fill(_result.Address, Untouched, _result.Bytes);

        public byte[] ReadResult()
        {
            byte[] bytes = new byte[_result.Bytes];
            Stream.Read(_result.Address, bytes);
            return bytes;
        }

        public double Product(int row, int feature)
        {
            long sum = 0;
            for (int k = 0; k < Inputs; k++)
                sum += (_x[(row * Inputs) + k] - Scales.ZeroPoint) * _weight[(feature * Inputs) + k];
            return sum * (_scale[feature] * Scales.Scale);
        }

        /// <summary>Holds records against so many times the product: numbers may be half a scale off, or so many.</summary>
        public void Check(ReadOnlySpan<byte> bytes, int firstRow, int rows, int times = 1, double scales = 0.501)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                for (int block = 0; block < rows; block += 16)
                {
                    double largest = 0, largestOfRecord = 0;
                    for (int row = block; row < Math.Min(block + 16, rows); row++)
                    {
                        largest = Math.Max(largest, times * Math.Abs(Product(firstRow + row, feature)));
                        for (int other = feature / 64 * 64; other < (feature / 64 * 64) + 64; other++)
                            largestOfRecord = Math.Max(largestOfRecord, times * Math.Abs(Product(firstRow + row, other)));
                    }

                    // 255 eighths of an octave below the record's, a scale is as small as it gets.
                    double most = Math.Max(Math.Max(largest, largestOfRecord * Math.Pow(2, -31.75)) / 512 * 1.127 * (times > 1 ? 1.01 : 1), Math.Pow(2, -119));
                    for (int row = block; row < block + 16; row++)
                    {
                        var (value, scale) = Unpack(bytes, row, feature);
                        double expected = row < rows ? times * Product(firstRow + row, feature) : 0;
                        Assert.True(scale <= most, $"row {row}, feature {feature}: scale {scale:R}, expected {most:R} at most for {largest:R}");
                        Assert.True(Math.Abs(value - expected) <= (scale * scales) + (Math.Abs(expected) * 1e-6), $"row {row}, feature {feature}: {value:R}, expected {expected:R} ± {scale * scales:R}");
                    }
                }
            }
        }

        public void Dispose()
        {
            _result.Dispose();
            _operands.Dispose();
            Stream.Dispose();
        }
    }
}
