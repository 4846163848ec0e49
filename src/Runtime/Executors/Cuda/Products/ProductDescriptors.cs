using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// A product as cuBLASLt sees it. It knows column-major matrices, and a row-major matrix is the transpose of the column-major one in the same
/// memory, so it is asked for Dᵀ = Bᵀ·Aᵀ: its first operand is our B, its second our A, its rows are our columns, and its bias, which runs over
/// rows, runs over our columns.
/// </summary>
internal sealed class ProductDescriptors : IDisposable
{
    private readonly CudaDevice _device;
    private readonly ProductPlan _plan;
    private readonly CublasLtDescriptor _matmul;
    private readonly CublasLtDescriptor _first;
    private readonly CublasLtDescriptor _second;
    private readonly CublasLtDescriptor _result;
    private ProductSizes _sizes;
    private nint _bias;

    public ProductDescriptors(CudaDevice device, ProductPlan plan)
    {
        _device = device;
        _plan = plan;
        CublasLt.Check(device, CublasLtDescriptor.CreateMatmul(plan.ComputeType, plan.ScaleType, out _matmul), "cublasLtMatmulDescCreate");
        if (plan.TransposeB)
            Set(CublasLtValues.MatmulTransposeA, CublasLtValues.OperationTranspose);
        if (plan.TransposeA)
            Set(CublasLtValues.MatmulTransposeB, CublasLtValues.OperationTranspose);
        Set(CublasLtValues.MatmulEpilogue, plan.EpilogueValue);
        if (plan.HasBias)
            Set(CublasLtValues.MatmulBiasType, ProductPlan.TypeOf(plan.Result));
        _first = Matrix(ProductPlan.TypeOf(plan.Operands));
        _second = Matrix(ProductPlan.TypeOf(plan.Operands));
        _result = Matrix(ProductPlan.TypeOf(plan.Result));
    }

    /// <summary>The product.</summary>
    public nint Matmul => _matmul.Handle;

    /// <summary>Our B.</summary>
    public nint First => _first.Handle;

    /// <summary>Our A.</summary>
    public nint Second => _second.Handle;

    /// <summary>D, and what D held before.</summary>
    public nint Result => _result.Handle;

    /// <summary>Tells the sizes, of which cuBLASLt hears those that changed.</summary>
    public void SetSizes(in ProductSizes sizes)
    {
        if (sizes == _sizes)
            return;
        var (rowsA, columnsA) = _plan.TransposeA ? (sizes.K, sizes.M) : (sizes.M, sizes.K);
        var (rowsB, columnsB) = _plan.TransposeB ? (sizes.N, sizes.K) : (sizes.K, sizes.N);
        SetMatrix(_first, rowsB, columnsB, sizes.RowStrideB);
        SetMatrix(_second, rowsA, columnsA, sizes.RowStrideA);
        SetMatrix(_result, sizes.M, sizes.N, sizes.RowStrideD);
        if (sizes.Batch != _sizes.Batch || sizes.BatchStrideA != _sizes.BatchStrideA || sizes.BatchStrideB != _sizes.BatchStrideB
            || sizes.BatchStrideD != _sizes.BatchStrideD)
        {
            SetBatch(_first, sizes.Batch, sizes.BatchStrideB);
            SetBatch(_second, sizes.Batch, sizes.BatchStrideA);
            SetBatch(_result, sizes.Batch, sizes.BatchStrideD);
        }

        _sizes = sizes;
    }

    /// <summary>Tells the bias's address. cuBLASLt looks at it when it chooses an algorithm too: some read it in vectors.</summary>
    public void SetBias(nint bias)
    {
        if (bias == _bias)
            return;
        Set(CublasLtValues.MatmulBiasPointer, bias);
        _bias = bias;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _matmul.Dispose();
        _first.Dispose();
        _second.Dispose();
        _result.Dispose();
    }

    private CublasLtDescriptor Matrix(int type)
    {
        CublasLt.Check(_device, CublasLtDescriptor.CreateMatrix(type, out var descriptor), "cublasLtMatrixLayoutCreate");
        return descriptor;
    }

    private void SetMatrix(CublasLtDescriptor matrix, long rows, long columns, long rowStride)
    {
        SetMatrix(matrix, CublasLtValues.LayoutRows, columns);
        SetMatrix(matrix, CublasLtValues.LayoutColumns, rows);
        // A single row may come with any stride; cuBLASLt looks at it all the same.
        SetMatrix(matrix, CublasLtValues.LayoutLeadingDimension, rows == 1 ? columns : rowStride);
    }

    private void SetBatch(CublasLtDescriptor matrix, long count, long stride)
    {
        SetMatrix(matrix, CublasLtValues.LayoutBatchCount, (int)count);
        SetMatrix(matrix, CublasLtValues.LayoutBatchStride, count == 1 ? 0 : stride);
    }

    private void SetMatrix<T>(CublasLtDescriptor matrix, int attribute, T value)
        where T : unmanaged =>
        CublasLt.Check(_device, matrix.Set(attribute, value), "cublasLtMatrixLayoutSetAttribute");

    private void Set<T>(int attribute, T value)
        where T : unmanaged =>
        CublasLt.Check(_device, _matmul.Set(attribute, value), "cublasLtMatmulDescSetAttribute");
}
