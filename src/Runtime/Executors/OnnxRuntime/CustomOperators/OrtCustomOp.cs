using System.Runtime.InteropServices;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// ONNX Runtime's <c>OrtCustomOp</c> up to version 24, field for field, and behind it what our callbacks need: they get a pointer to this.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtCustomOp
{
    public uint Version;

    public delegate* unmanaged<OrtCustomOp*, nint, nint, nint> CreateKernel;

    public delegate* unmanaged<OrtCustomOp*, byte*> GetName;

    public delegate* unmanaged<OrtCustomOp*, byte*> GetExecutionProviderType;

    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputType;

    public delegate* unmanaged<OrtCustomOp*, nuint> GetInputTypeCount;

    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputType;

    public delegate* unmanaged<OrtCustomOp*, nuint> GetOutputTypeCount;

    public delegate* unmanaged<nint, nint, void> KernelCompute;

    public delegate* unmanaged<nint, void> KernelDestroy;

    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputCharacteristic;

    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputCharacteristic;

    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputMemoryType;

    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicInputMinArity;

    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicInputHomogeneity;

    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicOutputMinArity;

    public delegate* unmanaged<OrtCustomOp*, int> GetVariadicOutputHomogeneity;

    public delegate* unmanaged<OrtCustomOp*, nint, nint, nint*, nint> CreateKernelV2;

    public delegate* unmanaged<nint, nint, nint> KernelComputeV2;

    public delegate* unmanaged<OrtCustomOp*, nint, nint> InferOutputShape;

    public delegate* unmanaged<OrtCustomOp*, int> GetStartVersion;

    public delegate* unmanaged<OrtCustomOp*, int> GetEndVersion;

    public delegate* unmanaged<int**, int**, nuint> GetMayInplace;

    public delegate* unmanaged<int*, int*, void> ReleaseMayInplace;

    public delegate* unmanaged<int**, int**, nuint> GetAliasMap;

    public delegate* unmanaged<int*, int*, void> ReleaseAliasMap;

    /// <summary>Ours: a GCHandle of the <see cref="CustomOperator"/>.</summary>
    public nint Operator;

    /// <summary>Ours: the name in UTF-8, ended by 0.</summary>
    public byte* Name;
}
