using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>A description of a product or of a matrix. It lives on the host and needs no context.</summary>
internal sealed unsafe class CublasLtDescriptor : SafeHandle
{
    private readonly bool _isMatrix;

    private CublasLtDescriptor(nint created, bool isMatrix)
        : base(0, ownsHandle: true)
    {
        _isMatrix = isMatrix;
        SetHandle(created);
    }

    /// <summary>The cublasLtMatmulDesc_t or cublasLtMatrixLayout_t.</summary>
    public nint Handle => handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Describes a product. Returns the status of cublasLtMatmulDescCreate.</summary>
    public static int CreateMatmul(int computeType, int scaleType, out CublasLtDescriptor descriptor)
    {
        nint created = 0;
        int status = CublasLt.MatmulDescCreate(&created, computeType, scaleType);
        descriptor = new(created, isMatrix: false);
        return status;
    }

    /// <summary>Describes a column-major matrix whose size is set later. Returns the status of cublasLtMatrixLayoutCreate.</summary>
    public static int CreateMatrix(int type, out CublasLtDescriptor descriptor)
    {
        nint created = 0;
        int status = CublasLt.MatrixLayoutCreate(&created, type, 1, 1, 1);
        descriptor = new(created, isMatrix: true);
        return status;
    }

    /// <summary>Sets an attribute. Returns a status.</summary>
    public int Set<T>(int attribute, T value)
        where T : unmanaged =>
        _isMatrix
            ? CublasLt.MatrixLayoutSetAttribute(handle, attribute, &value, (nuint)sizeof(T))
            : CublasLt.MatmulDescSetAttribute(handle, attribute, &value, (nuint)sizeof(T));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() =>
        (_isMatrix ? CublasLt.MatrixLayoutDestroy(handle) : CublasLt.MatmulDescDestroy(handle)) == CublasLt.Success;
}
