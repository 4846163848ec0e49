using System.Globalization;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Tests.Cuda.Products;

/// <summary>One product with operands drawn at random, and what it must give, computed in doubles.</summary>
internal sealed class ProductCase
{
    private readonly ProductPlan _plan;
    private readonly ProductSizes _sizes;
    private readonly bool _accumulate;
    private readonly int[] _offsets;
    private readonly ProductNumbers _a, _b, _d, _bias;

    private ProductCase(ProductPlan plan, ProductSizes sizes, bool accumulate, int[] offsets, Random random)
    {
        (_plan, _sizes, _accumulate, _offsets) = (plan, sizes, accumulate, offsets);
        var (rowsA, columnsA) = plan.TransposeA ? (sizes.K, sizes.M) : (sizes.M, sizes.K);
        var (rowsB, columnsB) = plan.TransposeB ? (sizes.N, sizes.K) : (sizes.K, sizes.N);
        _a = Draw(plan.Operands, offsets[0], Extent(rowsA, columnsA, sizes.RowStrideA, sizes.Batch, sizes.BatchStrideA), random);
        _b = Draw(plan.Operands, offsets[1], Extent(rowsB, columnsB, sizes.RowStrideB, sizes.Batch, sizes.BatchStrideB), random);
        _d = Draw(plan.Result, offsets[2], Extent(sizes.M, sizes.N, sizes.RowStrideD, sizes.Batch, sizes.BatchStrideD), accumulate ? random : null);
        _bias = Draw(plan.Result, offsets[3], sizes.N, random);
    }

    public ProductSizes Sizes => _sizes;

    /// <summary>Draws sizes from 0 to 40, strides with and without gaps, batches with and without shared operands, and addresses.</summary>
    public static ProductCase Draw(ProductPlan plan, Random random, long? m = null)
    {
        // Integers come in fours: cuBLASLt has no kernels for others.
        int step = plan.Operands == DType.Int8 ? 4 : 1;
        long rows = m ?? random.Next(0, 41), n = step * random.Next(0, 41 / step), k = step * random.Next(1, 41 / step);
        long batch = random.Next(3) == 0 ? random.Next(0, 4) : 1;
        bool gaps = random.Next(2) == 0;
        long Gap() => gaps ? step * random.Next(0, 5) : 0;
        long Row(long stride) => RoundUp(stride, step) + Gap();
        var dense = ProductSizes.Dense(plan, rows, n, k, batch, sharedA: random.Next(3) == 0, sharedB: random.Next(3) == 0);
        dense = dense with { RowStrideA = Row(dense.RowStrideA), RowStrideB = Row(dense.RowStrideB), RowStrideD = Row(dense.RowStrideD) };
        var sizes = dense with
        {
            BatchStrideA = dense.BatchStrideA == 0 ? 0 : RoundUp(dense.RowStrideA * (plan.TransposeA ? k : rows), step) + Gap(),
            BatchStrideB = dense.BatchStrideB == 0 ? 0 : RoundUp(dense.RowStrideB * (plan.TransposeB ? n : k), step) + Gap(),
            BatchStrideD = dense.RowStrideD * rows + Gap(),
        };
        bool shifted = step == 1 && random.Next(3) == 0;
        int[] offsets = [.. Enumerable.Range(0, 4).Select(_ => shifted ? random.Next(0, 9) : 0)];
        return new(plan, sizes, accumulate: random.Next(4) == 0, offsets, random);
    }

    /// <summary>Runs it on the device and says what is wrong, or null.</summary>
    public string? Run(ProductRunner runner, CudaStream stream, DeviceMemory workspace)
    {
        using var a = Copy(stream, _a);
        using var b = Copy(stream, _b);
        using var d = Copy(stream, _d);
        using var bias = Copy(stream, _bias);
        int operand = _plan.Operands.Size(), result = _plan.Result.Size();
        runner.Run(
            stream, _sizes, a.Address + _offsets[0] * operand, b.Address + _offsets[1] * operand, d.Address + _offsets[2] * result,
            bias.Address + _offsets[3] * result, workspace.Address, _accumulate ? d.Address + _offsets[2] * result : 0);
        var given = new ProductNumbers(_plan.Result, _d.Bytes.Length / result);
        stream.Read(d.Address, given.Bytes);
        return Compare(given);
    }

    public override string ToString() =>
        $"{_plan.Describe(_sizes)}{(_accumulate ? " accumulated" : "")}, {_sizes}, offsets {string.Join(",", _offsets)}";

    private string? Compare(ProductNumbers given)
    {
        var inside = new HashSet<long>();
        for (long batch = 0; batch < _sizes.Batch; batch++)
        {
            for (long row = 0; row < _sizes.M; row++)
            {
                for (long column = 0; column < _sizes.N; column++)
                {
                    long at = _offsets[2] + batch * _sizes.BatchStrideD + row * _sizes.RowStrideD + column;
                    inside.Add(at);
                    var (expected, tolerance) = Expect(batch, row, column, at);
                    if (!(Math.Abs(given[at] - expected) <= tolerance))
                        return string.Create(CultureInfo.InvariantCulture, $"{this}: at [{batch},{row},{column}] expected {expected} ± {tolerance}, given {given[at]}");
                }
            }
        }

        int size = _plan.Result.Size();
        for (int i = 0; i < given.Bytes.Length; i++)
        {
            if (!inside.Contains(i / size) && given.Bytes[i] != _d.Bytes[i])
                return $"{this}: element {i / size} of D's memory lies between its rows and was written";
        }

        return null;
    }

    private (double Value, double Tolerance) Expect(long batch, long row, long column, long at)
    {
        double sum = 0, magnitude = 0;
        for (long k = 0; k < _sizes.K; k++)
        {
            double a = _a[_offsets[0] + batch * _sizes.BatchStrideA + (_plan.TransposeA ? k * _sizes.RowStrideA + row : row * _sizes.RowStrideA + k)];
            double b = _b[_offsets[1] + batch * _sizes.BatchStrideB + (_plan.TransposeB ? column * _sizes.RowStrideB + k : k * _sizes.RowStrideB + column)];
            sum += a * b;
            magnitude += Math.Abs(a * b);
        }

        double bias = _plan.HasBias ? _bias[_offsets[3] + column] : 0, before = _accumulate ? _d[at] : 0;
        double x = _plan.Alpha * sum + before + bias;
        magnitude = Math.Abs(_plan.Alpha) * magnitude + Math.Abs(before) + Math.Abs(bias);
        double value = _plan.Epilogue switch
        {
            ProductEpilogue.Relu or ProductEpilogue.ReluBias => Math.Max(x, 0),
            ProductEpilogue.Gelu or ProductEpilogue.GeluBias => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            _ => x,
        };
        // Sums are kept in float32, or in float64 for float64 operands; the result is rounded once. GPUs know tanh to 2⁻¹¹ only.
        double kept = _plan.Operands == DType.Int8 ? 0 : ProductNumbers.Epsilon(_plan.Operands == DType.Float64 ? DType.Float64 : DType.Float32);
        double tanh = _plan.Epilogue is ProductEpilogue.Gelu or ProductEpilogue.GeluBias ? Math.Abs(x) * 5e-4 : 0;
        return (value, (_sizes.K + 8) * kept * magnitude + 1.01 * ProductNumbers.Epsilon(_plan.Result) * Math.Abs(value) + tanh);
    }

    private static ProductNumbers Draw(DType type, int offset, long extent, Random? random)
    {
        var numbers = new ProductNumbers(type, offset + extent + 3);
        for (long i = 0; random is not null && i < extent; i++)
            numbers[offset + i] = type.IsInteger() ? random.Next(-128, 128) : random.NextDouble() * 4 - 2;
        return numbers;
    }

    private static DeviceMemory Copy(CudaStream stream, ProductNumbers numbers)
    {
        // Some of cuBLASLt's kernels read a vector past an operand's last element, which compute-sanitizer would report.
        const int Vector = 64;
        var memory = DeviceMemory.Allocate(stream.Device, numbers.Bytes.Length + Vector);
        stream.Write(memory.Address, numbers.Bytes);
        return memory;
    }

    private static long Extent(long rows, long columns, long rowStride, long batch, long batchStride) =>
        rows == 0 || columns == 0 || batch == 0 ? 0 : (batch - 1) * batchStride + (rows - 1) * rowStride + columns;

    private static long RoundUp(long size, int step) => (size + step - 1) / step * step;
}
