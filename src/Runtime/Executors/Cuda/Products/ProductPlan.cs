using System.Globalization;
using System.Numerics;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// What is known of a product when a graph is compiled: D[m,n] = epilogue(alpha · A[m,k] · B[k,n] (+ D) + bias[n]), over batches.
/// Sizes and addresses come with each run.
/// </summary>
internal sealed record ProductPlan
{
    /// <summary>The type of A and B: float32, float64, float16, bfloat16 or int8.</summary>
    public required DType Operands { get; init; }

    /// <summary>The type of D and of the bias: the operands', float32 for float16 and bfloat16 operands, or int32 for int8 ones.</summary>
    public required DType Result { get; init; }

    /// <summary>Whether A is stored as [k,m].</summary>
    public bool TransposeA { get; init; }

    /// <summary>Whether B is stored as [n,k], as a linear layer's weight is.</summary>
    public bool TransposeB { get; init; }

    /// <summary>What is done before storing.</summary>
    public ProductEpilogue Epilogue { get; init; }

    /// <summary>A factor; an integer for int8 operands.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Whether float32 operands may be rounded to TF32 (10 bits of mantissa) so that tensor cores take them.</summary>
    public bool AllowTf32 { get; init; }

    /// <summary>
    /// Whether n differs from call to call. Then algorithms are kept for ranges of n as they are for ranges of m, not for each n: a table that
    /// grows with each new size would never end.
    /// </summary>
    public bool ColumnsVary { get; init; }

    /// <summary>Whether k differs from call to call; see <see cref="ColumnsVary"/>.</summary>
    public bool InnerVaries { get; init; }

    /// <summary>Whether a run needs a bias.</summary>
    public bool HasBias => Epilogue is ProductEpilogue.Bias or ProductEpilogue.ReluBias or ProductEpilogue.GeluBias;

    /// <summary>
    /// Whether cuBLASLt has products of these types with this epilogue at all, whatever the sizes. Results of 16 bits take none: some of its
    /// algorithms round a product before the epilogue sees it (seen on an H200 with 13.1).
    /// </summary>
    public bool IsSupported => (Operands, Result) switch
    {
        (DType.Float32, DType.Float32) or (DType.Float64, DType.Float64) => true,
        (DType.Float16 or DType.BFloat16, DType.Float32) => true,
        (DType.Float16, DType.Float16) or (DType.BFloat16, DType.BFloat16) => Epilogue == ProductEpilogue.None,
        // The kernels for integers take the operands in one order only, and only the plain epilogue.
        (DType.Int8, DType.Int32) => !TransposeA && TransposeB && Epilogue == ProductEpilogue.None && double.IsInteger(Alpha),
        _ => false,
    };

    /// <summary>
    /// Whether <see cref="ProductRunner.Run"/> takes a product. Where it does not the caller needs another way. Not taken are: k = 0 with something
    /// to write (D is then the epilogue of 0, or of what D holds), sizes beyond 32 bits, rows or batches of D that overlap, addresses that do not fit
    /// the type, and integers where n, k, a row stride or a batch stride is no multiple of 4 or an address no multiple of 16.
    /// </summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="a">A's address.</param>
    /// <param name="b">B's address.</param>
    /// <param name="d">D's address.</param>
    /// <param name="bias">The bias's address; not looked at where there is none.</param>
    public bool Fits(in ProductSizes sizes, nint a, nint b, nint d, nint bias = 0)
    {
        if (!IsSupported || !AreValid(sizes))
            return false;
        if (sizes.IsEmpty)
            return true;
        int operandBytes = Operands.Size(), resultBytes = Result.Size();
        bool aligned = Operands == DType.Int8
            ? ((a | b | d) & 15) == 0
            : ((a | b) & (operandBytes - 1)) == 0 && (d & (resultBytes - 1)) == 0;
        return sizes.K > 0 && aligned && (!HasBias || (bias != 0 && (bias & (resultBytes - 1)) == 0))
            && (Operands != DType.Int8 || HasIntegerStrides(sizes));
    }

    /// <summary>cuBLASLt's number for a type.</summary>
    public static int TypeOf(DType type) => type switch
    {
        DType.Float32 => CublasLtValues.Real32F,
        DType.Float64 => CublasLtValues.Real64F,
        DType.Float16 => CublasLtValues.Real16F,
        DType.BFloat16 => CublasLtValues.Real16BF,
        DType.Int8 => CublasLtValues.Real8I,
        DType.Int32 => CublasLtValues.Real32I,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected float32, float64, float16, bfloat16, int8 or int32"),
    };

    /// <summary>cuBLASLt's number for the type in which sums are kept.</summary>
    public int ComputeType => Operands switch
    {
        DType.Float64 => CublasLtValues.Compute64F,
        DType.Int8 => CublasLtValues.Compute32I,
        DType.Float32 when AllowTf32 => CublasLtValues.Compute32FFastTf32,
        _ => CublasLtValues.Compute32F,
    };

    /// <summary>cuBLASLt's number for the type of alpha and beta.</summary>
    public int ScaleType => TypeOf(Operands switch
    {
        DType.Float64 => DType.Float64,
        DType.Int8 => DType.Int32,
        _ => DType.Float32,
    });

    /// <summary>cuBLASLt's number for the epilogue.</summary>
    public int EpilogueValue => Epilogue switch
    {
        ProductEpilogue.None => CublasLtValues.EpilogueDefault,
        ProductEpilogue.Bias => CublasLtValues.EpilogueBias,
        ProductEpilogue.Relu => CublasLtValues.EpilogueRelu,
        ProductEpilogue.ReluBias => CublasLtValues.EpilogueReluBias,
        ProductEpilogue.Gelu => CublasLtValues.EpilogueGelu,
        ProductEpilogue.GeluBias => CublasLtValues.EpilogueGeluBias,
        _ => throw new InvalidOperationException($"there is no epilogue {Epilogue}"),
    };

    /// <summary>A factor as cuBLASLt reads it, in the low bytes.</summary>
    public ulong ScaleBits(double factor) => Operands switch
    {
        DType.Float64 => BitConverter.DoubleToUInt64Bits(factor),
        DType.Int8 => (uint)(int)factor,
        _ => BitConverter.SingleToUInt32Bits((float)factor),
    };

    /// <summary>The largest power of two, up to 256, that divides an address; cuBLASLt asks for more of none.</summary>
    public static uint AlignmentOf(nint address) => address == 0 ? 256u : 1u << Math.Min(8, BitOperations.TrailingZeroCount(address));

    /// <summary>A product in errors: <c>bfloat16 product [3,16]·[16,8] with Gelu</c>.</summary>
    public string Describe(in ProductSizes sizes)
    {
        string batch = sizes.Batch == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{sizes.Batch} times ");
        return string.Create(CultureInfo.InvariantCulture, $"{batch}{Operands.Name()} product [{sizes.M},{sizes.K}]·[{sizes.K},{sizes.N}]{Details}");
    }

    /// <summary>All products of this kind in errors: <c>int8 products to int32 with B transposed</c>.</summary>
    public override string ToString() => $"{Operands.Name()} products{Details}";

    private string Details
    {
        get
        {
            string[] with =
            [
                .. TransposeA ? (string[])["A transposed"] : [],
                .. TransposeB ? (string[])["B transposed"] : [],
                .. Epilogue == ProductEpilogue.None ? (string[])[] : [Epilogue.ToString()],
            ];
            return (Result == Operands ? "" : $" to {Result.Name()}") + (with.Length == 0 ? "" : $" with {string.Join(", ", with)}");
        }
    }

    private bool AreValid(in ProductSizes s)
    {
        if (s.M < 0 || s.N < 0 || s.K < 0 || s.Batch < 0 || s.M > int.MaxValue || s.N > int.MaxValue || s.K > int.MaxValue || s.Batch > int.MaxValue)
            return false;
        if (s.IsEmpty)
            return true;
        // With one row its stride does not matter.
        bool rows = Reaches(s.RowStrideA, TransposeA ? s.K : s.M, TransposeA ? s.M : s.K) && Reaches(s.RowStrideB, TransposeB ? s.N : s.K, TransposeB ? s.K : s.N)
            && Reaches(s.RowStrideD, s.M, s.N);
        return rows && s.BatchStrideA >= 0 && s.BatchStrideB >= 0 && (s.Batch == 1 || s.BatchStrideD >= (s.M - 1) * s.RowStrideD + s.N);

        static bool Reaches(long stride, long rows, long columns) => rows <= 1 || stride >= columns;
    }

    private static bool HasIntegerStrides(in ProductSizes s)
    {
        long strides = s.N | s.K | (s.M > 1 ? s.RowStrideA | s.RowStrideD : 0) | (s.N > 1 ? s.RowStrideB : 0);
        if (s.Batch > 1)
            strides |= s.BatchStrideA | s.BatchStrideB | s.BatchStrideD;
        return (strides & 3) == 0;
    }
}
