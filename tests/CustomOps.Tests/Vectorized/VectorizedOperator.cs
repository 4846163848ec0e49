using Evergraph.CustomOps.Checking;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;
using ATen = Evergraph.CustomOps.Aten;

namespace Evergraph.CustomOps.Tests.Vectorized;

/// <summary>A vectorised row kernel or elementwise operation, and how far from the reference it may be.</summary>
/// <param name="Definition">The operator.</param>
/// <param name="Run">The vectorised implementation.</param>
/// <param name="Draw">Draws a call over rows and a width, which an operator's own generator keeps below a vector's.</param>
/// <param name="Roundings">How many roundings of the type that is computed in; 0 for none: bit for bit.</param>
/// <param name="Magnitude">The size of what is added up, to which roundings are relative where the result is smaller.</param>
internal sealed record VectorizedOperator(
    OperatorDefinition Definition, KernelFunction Run, Func<SampleBuilder, int, int, OperatorSample> Draw, double Roundings = 0, double Magnitude = 0)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<VectorizedOperator> All { get; } =
    [
        new(RmsNorm.Definition, static (a, r) => r[0] = VectorizedRmsNorm.Run(a[0].Tensor, a[1].Tensor, a[2].Float), DrawRmsNorm, 6),
        new(
            RmsNormResidual.Definition,
            static (a, r) => (r[0], r[1]) = VectorizedRmsNormResidual.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].Float),
            DrawRmsNormResidual,
            6),
        new(
            ATen.RmsNorm.Definition,
            static (a, r) => r[0] = VectorizedAtenRmsNorm.Run(a[0].Tensor, a[1].Ints, a[2].OptionalTensor, a[3].OptionalFloat),
            DrawAtenRmsNorm,
            6),
        new(SiluAndMul.Definition, static (a, r) => r[0] = VectorizedSiluAndMul.Run(a[0].Tensor), (s, rows, width) => s.Call(s.Tensor(s.Floating(), [rows, 2 * width], -9, 9)), 12, 1),
        new(ATen.Silu.Definition, static (a, r) => r[0] = VectorizedSilu.Run(a[0].Tensor), (s, rows, width) => s.Call(s.Tensor(s.Floating(), [rows, width], -9, 9)), 12, 1),
        new(
            ATen.Gelu.Definition,
            static (a, r) => r[0] = VectorizedGelu.Run(a[0].Tensor, a[1].String),
            (s, rows, width) => s.Call(s.Tensor(s.Floating(), [rows, width], -3, 3), s.Pick("none", "tanh")),
            24,
            1),
        new(RotaryEmbedding.Definition, RunRotary, DrawRotary, 3, 8),
        new(
            RotaryEmbeddingSingle.Definition,
            static (a, r) => r[0] = VectorizedRotaryEmbeddingSingle.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].Bool),
            DrawRotarySingle,
            3,
            8),
        new(ATen.SoftmaxCore.Definition, static (a, r) => r[0] = VectorizedSoftmaxCore.Run(a[0].Tensor, a[1].Int, a[2].Bool), DrawSoftmaxCore, 24),
        new(ATen.SoftmaxInt.Definition, static (a, r) => r[0] = VectorizedSoftmaxInt.Run(a[0].Tensor, a[1].Int, a[2].OptionalDType), DrawSoftmaxInt, 24),
        new(ATen.LogSoftmaxCore.Definition, static (a, r) => r[0] = VectorizedLogSoftmaxCore.Run(a[0].Tensor, a[1].Int, a[2].Bool), DrawSoftmaxCore, 6, 10),
        new(ATen.LogSoftmaxInt.Definition, static (a, r) => r[0] = VectorizedLogSoftmaxInt.Run(a[0].Tensor, a[1].Int, a[2].OptionalDType), DrawSoftmaxInt, 6, 10),
        new(ATen.AddTensor.Definition, static (a, r) => r[0] = VectorizedAddTensor.Run(a[0].Tensor, a[1].Tensor, a[2].Scalar), (s, rows, width) => DrawPair(s, rows, width, s.Any, s.Next(-3, 3))),
        new(ATen.SubTensor.Definition, static (a, r) => r[0] = VectorizedSubTensor.Run(a[0].Tensor, a[1].Tensor, a[2].Scalar), (s, rows, width) => DrawPair(s, rows, width, s.Number, s.Next(-3, 3))),
        new(ATen.MulTensor.Definition, static (a, r) => r[0] = VectorizedMulTensor.Run(a[0].Tensor, a[1].Tensor), (s, rows, width) => DrawPair(s, rows, width, s.Any)),
        new(ATen.DivTensor.Definition, static (a, r) => r[0] = VectorizedDivTensor.Run(a[0].Tensor, a[1].Tensor), (s, rows, width) => DrawPair(s, rows, width, s.Any)),
        new(ATen.AddScalar.Definition, static (a, r) => r[0] = VectorizedAddScalar.Run(a[0].Tensor, a[1].Scalar, a[2].Scalar), (s, rows, width) => s.Call(Whole(s, s.Any(), rows, width), s.AnyScalar(), (Scalar)s.Next(-3, 3))),
        new(ATen.SubScalar.Definition, static (a, r) => r[0] = VectorizedSubScalar.Run(a[0].Tensor, a[1].Scalar, a[2].Scalar), (s, rows, width) => s.Call(Whole(s, s.Number(), rows, width), s.NumberScalar(), (Scalar)s.Next(-3, 3))),
        new(ATen.MulScalar.Definition, static (a, r) => r[0] = VectorizedMulScalar.Run(a[0].Tensor, a[1].Scalar), (s, rows, width) => s.Call(Whole(s, s.Any(), rows, width), s.AnyScalar())),
        new(ATen.DivScalar.Definition, static (a, r) => r[0] = VectorizedDivScalar.Run(a[0].Tensor, a[1].Scalar), (s, rows, width) => s.Call(Whole(s, s.Any(), rows, width), s.AnyScalar())),
    ];

    /// <summary>One of them, by the operator's name.</summary>
    public static VectorizedOperator Of(string name) => All.Single(one => one.Definition.Name == name);

    private static void RunRotary(ReadOnlySpan<KernelArgument> a, Span<Tensor> r) =>
        (r[0], r[1]) = VectorizedRotaryEmbedding.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].Tensor, a[4].OptionalTensor, a[5].Bool);

    private static DType WeightType(SampleBuilder s, DType dtype) => dtype.Size() == 2 && s.Coin() ? DType.Float32 : dtype;

    private static OperatorSample DrawRmsNorm(SampleBuilder s, int rows, int width)
    {
        var dtype = s.Floating();
        return s.Call(s.Tensor(dtype, [rows, width]), s.Tensor(WeightType(s, dtype), [width]), 1e-6);
    }

    private static OperatorSample DrawRmsNormResidual(SampleBuilder s, int rows, int width)
    {
        var dtype = s.Floating();
        return s.Call(s.Tensor(dtype, [rows, width]), s.Tensor(WeightType(s, dtype), [width]), s.Tensor(dtype, [rows, width]), 1e-6);
    }

    private static OperatorSample DrawAtenRmsNorm(SampleBuilder s, int rows, int width)
    {
        var dtype = s.Floating();
        return s.Call(s.Tensor(dtype, [rows, width]), new long[] { width }, s.Coin() ? s.Tensor(WeightType(s, dtype), [width]) : null, s.Coin() ? 1e-6 : null);
    }

    private static OperatorSample DrawSoftmaxCore(SampleBuilder s, int rows, int width) =>
        s.Call(s.Tensor(s.Floating(), [rows, width], -5, 5), s.Pick(0, 1, -1, -2), false);

    private static OperatorSample DrawSoftmaxInt(SampleBuilder s, int rows, int width)
    {
        bool converted = s.Coin();
        return s.Call(s.Tensor(converted ? s.Any() : s.Floating(), [rows, width], -5, 5), s.Pick(0, 1, -1, -2), converted ? s.Floating() : null);
    }

    private static OperatorSample DrawRotary(SampleBuilder s, int rows, int width)
    {
        var dtype = s.Floating();
        var angleType = WeightType(s, dtype);
        int angles = Math.Min(width, 67), size = (2 * angles) + s.Next(0, 2), positions = rows + s.Next(1, 3);
        var ids = s.Coin() ? s.Indices([rows], positions, dtype: s.Pick(DType.Int64, DType.Int32)) : null;
        return s.Call(
            s.Tensor(dtype, [rows, s.Next(1, 8), size]), s.Tensor(dtype, [rows, s.Next(0, 2), size]),
            s.Tensor(angleType, [positions, angles], -1, 1), s.Tensor(angleType, [positions, angles], -1, 1), ids, s.Coin());
    }

    private static OperatorSample DrawRotarySingle(SampleBuilder s, int rows, int width)
    {
        var dtype = s.Floating();
        var angleType = WeightType(s, dtype);
        int angles = Math.Min(width, 67), positions = rows + s.Next(1, 3);
        return s.Call(
            s.Tensor(dtype, [rows, s.Next(1, 8), (2 * angles) + s.Next(0, 2)]),
            s.Tensor(angleType, [positions, angles], -1, 1),
            s.Tensor(angleType, [positions, angles], -1, 1),
            s.Coin() ? s.Indices([rows], positions, dtype: s.Pick(DType.Int64, DType.Int32)) : null,
            s.Coin());
    }

    private static SampleTensor Whole(SampleBuilder s, DType dtype, int rows, int width) => Wide(s, dtype, [rows, width]);

    // Integers of all sizes, so that sums and products wrap around; the smallest types keep to what they hold.
    private static SampleTensor Wide(SampleBuilder s, DType dtype, Shape shape) => dtype switch
    {
        DType.Int32 or DType.Int64 => s.Tensor(dtype, shape, int.MinValue, int.MaxValue),
        DType.UInt8 => s.Tensor(dtype, shape, 0, 256),
        DType.Int8 => s.Tensor(dtype, shape, -128, 128),
        _ => s.Tensor(dtype, shape, -2, 2),
    };

    // Alike, a row, a column or a number with a matrix, a row with a column, and an axis repeated in the middle; on either side.
    private static OperatorSample DrawPair(SampleBuilder s, int rows, int width, Func<DType> dtype, Scalar? alpha = null)
    {
        Dim one = 1;
        (Shape A, Shape B) shapes = s.Next(0, 6) switch
        {
            0 => ([rows, width], [rows, width]),
            1 => ([rows, width], [width]),
            2 => ([rows, width], [rows, one]),
            3 => ([rows, width], Shape.Scalar),
            4 => ([rows, one], [one, width]),
            5 => ([3, rows, width], [3, one, width]),
            _ => ([rows, 3, width, 2], [3, one, 2]),
        };
        if (s.Coin())
            shapes = (shapes.B, shapes.A);
        SampleTensor a = Wide(s, dtype(), shapes.A), b = Wide(s, dtype(), shapes.B);
        return alpha is { } factor ? s.Call(a, b, factor) : s.Call(a, b);
    }
}
