using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// Turns ONNX Runtime's descriptions of types into ours. A symbolic dimension is a symbol by its text, whatever that is: in models of other
/// tools <c>seq-1</c> may be a name, and nothing says that it is one less than <c>seq</c>.
/// </summary>
/// <param name="api">The functions.</param>
/// <param name="symbols">The node's declared symbols; others are declared on sight, over all sizes.</param>
internal sealed unsafe class InputTypes(OrtFunctions api, Dictionary<string, Symbol> symbols)
{
    private int _unnamed;

    /// <summary>The type that an OrtTensorTypeAndShapeInfo describes, or null where it knows no shape.</summary>
    /// <exception cref="EvergraphException">Its element type is none of ours.</exception>
    public TensorType? Read(nint info, string place)
    {
        int elementType;
        nuint rank;
        if (api.HasShape(info) == 0)
            return null;
        OrtStatus.Check(api, api.GetTensorElementType(info, &elementType), place);
        OrtStatus.Check(api, api.GetDimensionsCount(info, &rank), place);
        long[] sizes = new long[rank];
        nint[] names = new nint[rank];
        fixed (long* size = sizes)
        fixed (nint* name = names)
        {
            OrtStatus.Check(api, api.GetDimensions(info, size, rank), place);
            OrtStatus.Check(api, api.GetSymbolicDimensions(info, (byte**)name, rank), place);
        }

        var dims = new Dim[rank];
        for (int i = 0; i < dims.Length; i++)
            dims[i] = sizes[i] >= 0 ? sizes[i] : Symbolic(Marshal.PtrToStringUTF8(names[i]));
        return new(DTypeOf(elementType, place), Shape.Create(dims));
    }

    /// <summary>The symbol of a name.</summary>
    public Symbol Find(string name)
    {
        if (!symbols.TryGetValue(name, out var symbol))
            symbols.Add(name, symbol = new(name, 0, Symbol.Unbounded));
        return symbol;
    }

    /// <summary>The types of what comes into a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="place">The node, for errors.</param>
    public static TensorType[] OfCall(nint context, int count, string place)
    {
        var functions = OrtLibrary.Instance.Api;
        var types = new TensorType[count];
        for (int i = 0; i < types.Length; i++)
        {
            nint value;
            int elementType;
            long* sizes;
            nuint rank;
            OrtStatus.Check(functions, functions.KernelContextGetInput(context, (nuint)i, &value), place);
            OrtStatus.Check(functions, functions.GetTensorElementTypeAndShapeDataReference(value, &elementType, &sizes, &rank), place);
            types[i] = new(DTypeOf(elementType, $"{place}: input {i}"), Shape.FromSizes(new ReadOnlySpan<long>(sizes, (int)rank)));
        }

        return types;
    }

    private static DType DTypeOf(int elementType, string place) => ElementTypes.From(elementType) ?? throw new EvergraphException(
        $"{place} has ONNX's element type {elementType}: expected one of {string.Join(", ", DTypes.All.Select(known => $"{ElementTypes.Of(known)} {known.Name()}"))}");

    /// <summary>A size that has no name is no other's, here or at another node: no name of a model can be its own.</summary>
    private Dim Symbolic(string? text) =>
        string.IsNullOrEmpty(text) ? new Symbol($"unnamed_{_unnamed++}", 0, Symbol.Unbounded, SymbolKind.Data) : Find(text);
}
