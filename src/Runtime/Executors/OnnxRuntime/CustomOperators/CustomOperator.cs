using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// One operator of ours as ONNX Runtime knows it. Inputs and outputs are declared as any number of any type: which tensors there are is
/// for the schema and the attributes to say, and which types come out is for the fake.
/// </summary>
internal sealed unsafe class CustomOperator : IDisposable
{
    private readonly OrtCustomOp* _native;
    private readonly GCHandle _handle;

    public CustomOperator(OperatorDefinition definition, CustomOperatorSet set)
    {
        Definition = definition;
        Set = set;
        _handle = GCHandle.Alloc(this);
        _native = (OrtCustomOp*)NativeMemory.AllocZeroed((nuint)sizeof(OrtCustomOp));
        *_native = CustomOperatorCallbacks.Table;
        _native->Operator = GCHandle.ToIntPtr(_handle);
        _native->Name = (byte*)Marshal.StringToCoTaskMemUTF8(OperatorNames.Of(definition));
    }

    public OperatorDefinition Definition { get; }

    public CustomOperatorSet Set { get; }

    /// <summary>The OrtCustomOp.</summary>
    public nint Native => (nint)_native;

    public static CustomOperator From(OrtCustomOp* native) => (CustomOperator)GCHandle.FromIntPtr(native->Operator).Target!;

    /// <summary>The types of the results of a node, by the operator's fake.</summary>
    public static TensorType[] Infer(CallLayout layout, TensorType[] inputs, FakeContext fakes) =>
        fakes.Run(layout.Operator, new FakeArguments(layout.Arguments.AsSpan(), inputs), NodeSource.None);

    /// <summary>Frees what ONNX Runtime was given; no session may use it any more.</summary>
    public void Dispose()
    {
        Marshal.FreeCoTaskMem((nint)_native->Name);
        NativeMemory.Free(_native);
        _handle.Free();
    }
}
