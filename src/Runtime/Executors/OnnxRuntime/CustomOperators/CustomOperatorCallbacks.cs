using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// The functions that ONNX Runtime calls. No exception may cross into it: each becomes a status with its message, or is kept for the
/// caller of the run, see <see cref="KernelFailure"/>.
/// </summary>
internal static unsafe class CustomOperatorCallbacks
{
    private const int Variadic = 2;

    /// <summary>The functions of every operator.</summary>
    public static OrtCustomOp Table { get; } = new()
    {
        Version = OrtLibrary.ApiVersion,
        GetName = &GetName,
        GetExecutionProviderType = &GetExecutionProviderType,
        GetInputType = &GetAnyType,
        GetInputTypeCount = &GetOne,
        GetOutputType = &GetAnyType,
        GetOutputTypeCount = &GetOne,
        KernelDestroy = &KernelDestroy,
        GetInputCharacteristic = &GetVariadic,
        GetOutputCharacteristic = &GetVariadic,
        GetInputMemoryType = &GetDefaultMemory,
        GetVariadicInputMinArity = &GetZero,
        GetVariadicInputHomogeneity = &GetZero,
        GetVariadicOutputMinArity = &GetZero,
        GetVariadicOutputHomogeneity = &GetZero,
        CreateKernelV2 = &CreateKernel,
        KernelComputeV2 = &KernelCompute,
        InferOutputShape = &InferOutputShape,
        GetStartVersion = &GetFirstVersion,
        GetEndVersion = &GetLastVersion,
    };

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtCustomOp* op) => op->Name;

    [UnmanagedCallersOnly]
    private static byte* GetExecutionProviderType(OrtCustomOp* op) => null;

    [UnmanagedCallersOnly]
    private static int GetAnyType(OrtCustomOp* op, nuint index) => ElementTypes.Undefined;

    [UnmanagedCallersOnly]
    private static nuint GetOne(OrtCustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int GetVariadic(OrtCustomOp* op, nuint index) => Variadic;

    [UnmanagedCallersOnly]
    private static int GetDefaultMemory(OrtCustomOp* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int GetZero(OrtCustomOp* op) => 0;

    [UnmanagedCallersOnly]
    private static int GetFirstVersion(OrtCustomOp* op) => 1;

    [UnmanagedCallersOnly]
    private static int GetLastVersion(OrtCustomOp* op) => int.MaxValue;

    [UnmanagedCallersOnly]
    private static nint InferOutputShape(OrtCustomOp* op, nint context)
    {
        var api = OrtLibrary.Instance.Api;
        try
        {
            ShapeInference.Run(CustomOperator.From(op), api, context);
            return 0;
        }
        catch (Exception exception)
        {
            KernelFailure.Keep(-1, exception);
            return OrtStatus.Of(api, ImplementationFailure.Describe(exception));
        }
    }

    [UnmanagedCallersOnly]
    private static nint CreateKernel(OrtCustomOp* op, nint functions, nint info, nint* kernel)
    {
        var api = OrtLibrary.Instance.Api;
        try
        {
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(CustomKernelBuilder.Build(CustomOperator.From(op), api, info)));
            return 0;
        }
        catch (Exception exception)
        {
            *kernel = 0;
            KernelFailure.Keep(-1, exception);
            return OrtStatus.Of(api, ImplementationFailure.Describe(exception));
        }
    }

    [UnmanagedCallersOnly]
    private static void KernelDestroy(nint kernel)
    {
        if (kernel != 0)
            GCHandle.FromIntPtr(kernel).Free();
    }

    [UnmanagedCallersOnly]
    private static nint KernelCompute(nint kernel, nint context)
    {
        var instance = Unsafe.As<CustomKernel>(GCHandle.FromIntPtr(kernel).Target!);
        try
        {
            instance.Compute(context);
            return 0;
        }
        catch (Exception exception)
        {
            KernelFailure.Keep(instance.Node, exception);
            return OrtStatus.Of(OrtLibrary.Instance.Api, $"{instance.Name}: {ImplementationFailure.Describe(exception)}");
        }
    }
}
