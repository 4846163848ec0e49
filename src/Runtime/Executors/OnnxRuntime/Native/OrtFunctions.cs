namespace Evergraph.Runtime.OnnxRuntime.Native;

/// <summary>
/// The part of ONNX Runtime's C interface that the official C# classes do not offer or that a run's path takes: a table of C functions,
/// to which later versions only add. Slots are counted in <c>struct OrtApi</c> of <c>onnxruntime_c_api.h</c>.
/// </summary>
/// <remarks>
/// Functions that return <see cref="nint"/> return an OrtStatus, 0 for success; <see cref="OrtStatus"/> reads and releases it. Handles are
/// <see cref="nint"/>s here; types that own one say so in their name.
/// </remarks>
internal sealed unsafe class OrtFunctions
{
    public OrtFunctions(nint* table)
    {
        CreateStatus = (delegate* unmanaged<int, byte*, nint>)table[0];
        GetErrorCode = (delegate* unmanaged<nint, int>)table[1];
        GetErrorMessage = (delegate* unmanaged<nint, byte*>)table[2];
        CreateSessionFromArray = (delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)table[8];
        Run = (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)table[9];
        CreateCustomOpDomain = (delegate* unmanaged<byte*, nint*, nint>)table[26];
        CustomOpDomainAdd = (delegate* unmanaged<nint, nint, nint>)table[27];
        AddCustomOpDomain = (delegate* unmanaged<nint, nint, nint>)table[28];
        CreateRunOptions = (delegate* unmanaged<nint*, nint>)table[39];
        CreateTensorWithData = (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];
        GetTensorMutableData = (delegate* unmanaged[SuppressGCTransition]<nint, void**, nint>)table[51];
        CastTypeInfoToTensorInfo = (delegate* unmanaged<nint, nint*, nint>)table[55];
        CreateTensorTypeAndShapeInfo = (delegate* unmanaged<nint*, nint>)table[57];
        SetTensorElementType = (delegate* unmanaged<nint, int, nint>)table[58];
        SetDimensions = (delegate* unmanaged<nint, long*, nuint, nint>)table[59];
        GetTensorElementType = (delegate* unmanaged<nint, int*, nint>)table[60];
        GetDimensionsCount = (delegate* unmanaged<nint, nuint*, nint>)table[61];
        GetDimensions = (delegate* unmanaged<nint, long*, nuint, nint>)table[62];
        GetSymbolicDimensions = (delegate* unmanaged<nint, byte**, nuint, nint>)table[63];
        CreateCpuMemoryInfo = (delegate* unmanaged<int, int, nint*, nint>)table[69];
        KernelInfoGetAttributeFloat = (delegate* unmanaged<nint, byte*, float*, nint>)table[85];
        KernelInfoGetAttributeInt64 = (delegate* unmanaged<nint, byte*, long*, nint>)table[86];
        KernelInfoGetAttributeString = (delegate* unmanaged<nint, byte*, byte*, nuint*, nint>)table[87];
        KernelContextGetInputCount = (delegate* unmanaged[SuppressGCTransition]<nint, nuint*, nint>)table[88];
        KernelContextGetInput = (delegate* unmanaged[SuppressGCTransition]<nint, nuint, nint*, nint>)table[90];
        KernelContextGetOutput = (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)table[91];
        ReleaseStatus = (delegate* unmanaged<nint, void>)table[93];
        ReleaseMemoryInfo = (delegate* unmanaged<nint, void>)table[94];
        ReleaseSession = (delegate* unmanaged<nint, void>)table[95];
        ReleaseValue = (delegate* unmanaged<nint, void>)table[96];
        ReleaseRunOptions = (delegate* unmanaged<nint, void>)table[97];
        ReleaseTypeInfo = (delegate* unmanaged<nint, void>)table[98];
        ReleaseTensorTypeAndShapeInfo = (delegate* unmanaged<nint, void>)table[99];
        ReleaseCustomOpDomain = (delegate* unmanaged<nint, void>)table[101];
        AddInitializer = (delegate* unmanaged<nint, byte*, nint, nint>)table[150];
        KernelInfoGetAttributeArrayFloat = (delegate* unmanaged<nint, byte*, float*, nuint*, nint>)table[162];
        KernelInfoGetAttributeArrayInt64 = (delegate* unmanaged<nint, byte*, long*, nuint*, nint>)table[163];
        AddExternalInitializers = (delegate* unmanaged<nint, byte**, nint*, nuint, nint>)table[210];
        KernelInfoGetInputCount = (delegate* unmanaged<nint, nuint*, nint>)table[230];
        KernelInfoGetOutputCount = (delegate* unmanaged<nint, nuint*, nint>)table[231];
        KernelInfoGetInputTypeInfo = (delegate* unmanaged<nint, nuint, nint*, nint>)table[234];
        KernelInfoGetOutputTypeInfo = (delegate* unmanaged<nint, nuint, nint*, nint>)table[235];
        KernelInfoGetNodeName = (delegate* unmanaged<nint, byte*, nuint*, nint>)table[244];
        KernelInfoGetConstantInputTensor = (delegate* unmanaged<nint, nuint, int*, nint*, nint>)table[249];
        SetUserLoggingFunction = (delegate* unmanaged<nint, nint, nint, nint>)table[266];
        ShapeInferContextGetInputCount = (delegate* unmanaged<nint, nuint*, nint>)table[267];
        ShapeInferContextGetInputTypeShape = (delegate* unmanaged<nint, nuint, nint*, nint>)table[268];
        ShapeInferContextGetAttribute = (delegate* unmanaged<nint, byte*, nint*, nint>)table[269];
        ShapeInferContextSetOutputTypeShape = (delegate* unmanaged<nint, nuint, nint, nint>)table[270];
        SetSymbolicDimensions = (delegate* unmanaged<nint, byte**, nuint, nint>)table[271];
        ReadOpAttr = (delegate* unmanaged<nint, int, void*, nuint, nuint*, nint>)table[272];
        KernelContextParallelFor = (delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)table[274];
        OpAttrGetType = (delegate* unmanaged<nint, int*, nint>)table[363];
        HasShape = (delegate* unmanaged<nint, byte>)table[390];
        GetTensorElementTypeAndShapeDataReference = (delegate* unmanaged[SuppressGCTransition]<nint, int*, long**, nuint*, nint>)table[414];
    }

    public delegate* unmanaged<int, byte*, nint> CreateStatus { get; }

    public delegate* unmanaged<nint, int> GetErrorCode { get; }

    public delegate* unmanaged<nint, byte*> GetErrorMessage { get; }

    public delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint> CreateSessionFromArray { get; }

    /// <summary>session, run options, input names, inputs, their count, output names, their count, outputs.</summary>
    public delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint> Run { get; }

    public delegate* unmanaged<byte*, nint*, nint> CreateCustomOpDomain { get; }

    public delegate* unmanaged<nint, nint, nint> CustomOpDomainAdd { get; }

    public delegate* unmanaged<nint, nint, nint> AddCustomOpDomain { get; }

    public delegate* unmanaged<nint*, nint> CreateRunOptions { get; }

    /// <summary>memory info, data, bytes, sizes, rank, element type, the new value; the data stays the caller's.</summary>
    public delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithData { get; }

    public delegate* unmanaged[SuppressGCTransition]<nint, void**, nint> GetTensorMutableData { get; }

    public delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo { get; }

    public delegate* unmanaged<nint*, nint> CreateTensorTypeAndShapeInfo { get; }

    public delegate* unmanaged<nint, int, nint> SetTensorElementType { get; }

    public delegate* unmanaged<nint, long*, nuint, nint> SetDimensions { get; }

    public delegate* unmanaged<nint, int*, nint> GetTensorElementType { get; }

    public delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount { get; }

    public delegate* unmanaged<nint, long*, nuint, nint> GetDimensions { get; }

    public delegate* unmanaged<nint, byte**, nuint, nint> GetSymbolicDimensions { get; }

    /// <summary>allocator type, memory type, the new info.</summary>
    public delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo { get; }

    public delegate* unmanaged<nint, byte*, float*, nint> KernelInfoGetAttributeFloat { get; }

    public delegate* unmanaged<nint, byte*, long*, nint> KernelInfoGetAttributeInt64 { get; }

    public delegate* unmanaged<nint, byte*, byte*, nuint*, nint> KernelInfoGetAttributeString { get; }

    public delegate* unmanaged[SuppressGCTransition]<nint, nuint*, nint> KernelContextGetInputCount { get; }

    public delegate* unmanaged[SuppressGCTransition]<nint, nuint, nint*, nint> KernelContextGetInput { get; }

    public delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint> KernelContextGetOutput { get; }

    public delegate* unmanaged<nint, void> ReleaseStatus { get; }

    public delegate* unmanaged<nint, void> ReleaseMemoryInfo { get; }

    public delegate* unmanaged<nint, void> ReleaseSession { get; }

    public delegate* unmanaged<nint, void> ReleaseValue { get; }

    public delegate* unmanaged<nint, void> ReleaseRunOptions { get; }

    public delegate* unmanaged<nint, void> ReleaseTypeInfo { get; }

    public delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo { get; }

    public delegate* unmanaged<nint, void> ReleaseCustomOpDomain { get; }

    public delegate* unmanaged<nint, byte*, float*, nuint*, nint> KernelInfoGetAttributeArrayFloat { get; }

    public delegate* unmanaged<nint, byte*, long*, nuint*, nint> KernelInfoGetAttributeArrayInt64 { get; }

    /// <summary>session options, name, value; the value must outlive the session, which uses its memory.</summary>
    public delegate* unmanaged<nint, byte*, nint, nint> AddInitializer { get; }

    /// <summary>session options, names, values, their count.</summary>
    public delegate* unmanaged<nint, byte**, nint*, nuint, nint> AddExternalInitializers { get; }

    public delegate* unmanaged<nint, nuint*, nint> KernelInfoGetInputCount { get; }

    public delegate* unmanaged<nint, nuint*, nint> KernelInfoGetOutputCount { get; }

    public delegate* unmanaged<nint, nuint, nint*, nint> KernelInfoGetInputTypeInfo { get; }

    public delegate* unmanaged<nint, nuint, nint*, nint> KernelInfoGetOutputTypeInfo { get; }

    public delegate* unmanaged<nint, byte*, nuint*, nint> KernelInfoGetNodeName { get; }

    /// <summary>info, input, whether it is constant, its value, which stays the session's.</summary>
    public delegate* unmanaged<nint, nuint, int*, nint*, nint> KernelInfoGetConstantInputTensor { get; }

    /// <summary>session options, an OrtLoggingFunction, its parameter.</summary>
    public delegate* unmanaged<nint, nint, nint, nint> SetUserLoggingFunction { get; }

    public delegate* unmanaged<nint, nuint*, nint> ShapeInferContextGetInputCount { get; }

    /// <summary>The type and shape belong to the context: they are not released.</summary>
    public delegate* unmanaged<nint, nuint, nint*, nint> ShapeInferContextGetInputTypeShape { get; }

    /// <summary>The attribute belongs to the context: it is not released.</summary>
    public delegate* unmanaged<nint, byte*, nint*, nint> ShapeInferContextGetAttribute { get; }

    public delegate* unmanaged<nint, nuint, nint, nint> ShapeInferContextSetOutputTypeShape { get; }

    public delegate* unmanaged<nint, byte**, nuint, nint> SetSymbolicDimensions { get; }

    /// <summary>attribute, its type, data, bytes that data has, bytes that are needed.</summary>
    public delegate* unmanaged<nint, int, void*, nuint, nuint*, nint> ReadOpAttr { get; }

    /// <summary>context, function, how many calls, how many batches (0: as many as threads), the function's first argument.</summary>
    public delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint> KernelContextParallelFor { get; }

    public delegate* unmanaged<nint, int*, nint> OpAttrGetType { get; }

    /// <summary>Whether a description of a tensor says anything about its sizes; without, it looks like a scalar's.</summary>
    public delegate* unmanaged<nint, byte> HasShape { get; }

    /// <summary>The sizes belong to the value. A peek without allocation, new in version 24 of the interface.</summary>
    public delegate* unmanaged[SuppressGCTransition]<nint, int*, long**, nuint*, nint> GetTensorElementTypeAndShapeDataReference { get; }
}
