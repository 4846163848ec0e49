using System.Globalization;
using System.Runtime.InteropServices;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products.Int8;
using Evergraph.Runtime.Tests.Cuda.Attention;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

/// <summary>Operands of an int8 product, and what the formula gives for them in 64-bit integers and doubles.</summary>
internal sealed class Int8Case : IDisposable
{
    // Around the result lie bytes that must stay as they are.
    private const byte Untouched = 0xa5;

    private readonly List<DeviceMemory> _memory = [];
    private readonly CudaDevice _device;
    private readonly CudaStream _stream;
    private readonly DType _type;
    private readonly sbyte[] _x;
    private readonly sbyte[] _weight;
    private readonly byte[] _scales;
    private readonly int[]? _sums;
    private readonly byte[]? _bias;
    private readonly byte[]? _addend;
    private readonly int _before;
    private readonly DeviceMemory _result;

    /// <summary>Draws operands.</summary>
    /// <param name="stream">On which they are written.</param>
    /// <param name="device">Where they are.</param>
    /// <param name="random">What draws them.</param>
    /// <param name="type">The type of the result.</param>
    /// <param name="sizes">M, N and K.</param>
    /// <param name="extreme">Whether all products of two numbers are 128 · 128.</param>
    public Int8Case(CudaDevice device, CudaStream stream, Random random, DType type, (int M, int N, int K) sizes, bool extreme = false)
    {
        (_device, _stream, _type) = (device, stream, type);
        var (rows, columns, depth) = sizes;
        (_x, _weight) = (Bytes(rows * depth), Bytes(columns * depth));
        double size = 16384.0 * depth;
        _scales = Numbers(columns, ScaleType, () => 0.5 + random.NextDouble());
        _bias = random.Next(2) == 0 ? null : Numbers(columns, type, Number);
        _addend = random.Next(2) == 0 ? null : Numbers((long)rows * columns, type, Number);
        int zeroPoint = extreme ? 127 : random.Next(3) == 0 ? 0 : random.Next(-128, 128);
        _sums = zeroPoint == 0 ? null : [.. Enumerable.Range(0, columns).Select(n => Row(_weight, n, depth).ToArray().Sum(w => (int)w))];
        _before = 16 * random.Next(64);
        _result = DeviceMemory.Allocate(device, _before + ResultBytes(rows, columns) + 4096);
        _memory.Add(_result);
        stream.Fill(_result.Address, Untouched, _result.Bytes);
        bool isAddedInPlace = _addend is not null && random.Next(2) == 0;
        if (isAddedInPlace)
            stream.Write(_result.Address + _before, _addend);
        Call = new()
        {
            Rows = rows,
            Features = columns,
            Inputs = depth,
            X = Upload(MemoryMarshal.AsBytes(_x.AsSpan())),
            Weight = Upload(MemoryMarshal.AsBytes(_weight.AsSpan())),
            WeightScale = Upload(_scales),
            WeightSums = _sums is null ? 0 : Upload(MemoryMarshal.AsBytes(_sums.AsSpan())),
            Bias = _bias is null ? 0 : Upload(_bias),
            Addend = _addend is null ? 0 : isAddedInPlace ? _result.Address + _before : Upload(_addend),
            Result = _result.Address + _before,
            Scale = 100 / size * (1 + random.NextDouble()),
            ZeroPoint = zeroPoint,
        };

        double Number() => (random.NextDouble() * 8) - 4;

        sbyte[] Bytes(int count)
        {
            var bytes = new sbyte[count];
            random.NextBytes(MemoryMarshal.AsBytes(bytes.AsSpan()));
            if (extreme)
                bytes.AsSpan().Fill(sbyte.MinValue);
            return bytes;
        }
    }

    /// <summary>The type of the weight's scales.</summary>
    public const DType ScaleType = DType.Float32;

    /// <summary>The operands.</summary>
    public Int8Call Call { get; }

    /// <summary>What differs from the formula in the result, or null.</summary>
    public string? Difference()
    {
        var (rows, columns, depth) = ((int)Call.Rows, (int)Call.Features, (int)Call.Inputs);
        byte[] given = new byte[_result.Bytes];
        _stream.Read(_result.Address, given);
        int end = _before + (int)ResultBytes(rows, columns);
        if (given.AsSpan(0, _before).ContainsAnyExcept(Untouched) || given.AsSpan(end).ContainsAnyExcept(Untouched))
            return $"{this}: bytes around the result changed";
        var failures = new string?[rows];
        Parallel.For(0, rows, new() { MaxDegreeOfParallelism = rows * (long)columns * depth > 1 << 28 ? -1 : 1 }, m =>
        {
            for (int n = 0; n < columns; n++)
                failures[m] ??= DifferenceAt(given.AsSpan(_before), m, n);
        });
        return Array.Find(failures, failure => failure is not null);
    }

    public void Dispose()
    {
        foreach (var memory in _memory)
            memory.Dispose();
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Call.Rows} × {Call.Features} × {Call.Inputs} {_type.Name()}, zero-point {Call.ZeroPoint}, bias {Call.Bias != 0}, addend {Call.Addend != 0}, in place {Call.Addend == Call.Result}");

    private string? DifferenceAt(ReadOnlySpan<byte> result, int m, int n)
    {
        int depth = (int)Call.Inputs;
        long place = (m * Call.Features) + n, sum = 0;
        ReadOnlySpan<sbyte> x = Row(_x, m, depth), weight = Row(_weight, n, depth);
        for (int k = 0; k < depth; k++)
            sum += x[k] * weight[k];
        sum -= Call.ZeroPoint * (long)(_sums?[n] ?? 0);
        double product = sum * (double)(float)(Elements.Read(_scales, ScaleType, n) * Call.Scale);
        double bias = _bias is null ? 0 : Elements.Read(_bias, _type, n), addend = _addend is null ? 0 : Elements.Read(_addend, _type, place);
        double exact = product + bias + addend, given = Elements.Read(result, _type, place);
        double allowed = (Elements.Rounding(_type) * Math.Abs(exact) * 1.01) + (4e-7 * (Math.Abs(product) + Math.Abs(bias) + Math.Abs(addend))) + 6e-8;
        return Math.Abs(given - exact) <= allowed
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{this}: [{m}, {n}]: expected {exact:R}, given {given:R}; allowed is {allowed:E1}");
    }

    private long ResultBytes(long rows, long columns) => rows * columns * Elements.Size(_type);

    private nint Upload(ReadOnlySpan<byte> bytes)
    {
        var memory = DeviceMemory.Allocate(_device, bytes.Length);
        _memory.Add(memory);
        _stream.Write(memory.Address, bytes);
        return memory.Address;
    }

    private static ReadOnlySpan<sbyte> Row(sbyte[] matrix, int row, int columns) => matrix.AsSpan(row * columns, columns);

    private static byte[] Numbers(long count, DType type, Func<double> draw)
    {
        byte[] bytes = new byte[count * Elements.Size(type)];
        for (long i = 0; i < count; i++)
            Elements.Write(bytes, type, i, draw());
        return bytes;
    }
}
