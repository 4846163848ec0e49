using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>Numbers from <c>cublasLt.h</c>, <c>cublas_api.h</c> and <c>library_types.h</c>.</summary>
internal static class CublasLtValues
{
    // cudaDataType
    public const int Real32F = 0;
    public const int Real64F = 1;
    public const int Real16F = 2;
    public const int Real8I = 3;
    public const int Real32I = 10;
    public const int Real16BF = 14;

    // cublasComputeType_t; 32F takes float32 inputs as they are, FAST_TF32 may round them to 10 bits of mantissa.
    public const int Compute32F = 68;
    public const int Compute64F = 70;
    public const int Compute32I = 72;
    public const int Compute32FFastTf32 = 77;

    // cublasOperation_t
    public const int OperationTranspose = 1;

    // cublasLtMatmulDescAttributes_t
    public const int MatmulTransposeA = 3;
    public const int MatmulTransposeB = 4;
    public const int MatmulEpilogue = 7;
    public const int MatmulBiasPointer = 8;
    public const int MatmulBiasType = 26;

    // cublasLtEpilogue_t
    public const int EpilogueDefault = 1;
    public const int EpilogueRelu = 2;
    public const int EpilogueBias = 4;
    public const int EpilogueReluBias = 6;
    public const int EpilogueGelu = 32;
    public const int EpilogueGeluBias = 36;

    // cublasLtMatrixLayoutAttribute_t
    public const int LayoutRows = 2;
    public const int LayoutColumns = 3;
    public const int LayoutLeadingDimension = 4;
    public const int LayoutBatchCount = 5;
    public const int LayoutBatchStride = 6;

    // cublasLtMatmulPreferenceAttributes_t
    public const int PreferenceWorkspaceBytes = 1;
    public const int PreferenceAlignmentA = 5;
    public const int PreferenceAlignmentB = 6;
    public const int PreferenceAlignmentC = 7;
    public const int PreferenceAlignmentD = 8;
}

/// <summary>cublasLtMatmulAlgo_t: an algorithm with its configuration, which only cuBLASLt reads.</summary>
[InlineArray(8)]
internal struct CublasLtAlgorithm
{
    private ulong _first;
}

/// <summary>cublasLtMatmulHeuristicResult_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CublasLtHeuristicResult
{
    public CublasLtAlgorithm Algorithm;
    public nuint WorkspaceBytes;

    /// <summary>A status; the rest holds only where it is success.</summary>
    public int State;

    public float Waves;
    private readonly CublasLtReserved _reserved;
}

[InlineArray(4)]
internal struct CublasLtReserved
{
    private int _first;
}
