using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Turns ONNX Runtime's descriptions of types into ours and back: a symbolic dimension is a size expression by its text.</summary>
/// <param name="api">The functions.</param>
/// <param name="symbols">The node's declared symbols; others are declared on sight, over all sizes.</param>
internal sealed unsafe class InputTypes(OrtFunctions api, Dictionary<string, Symbol> symbols)
{
    private int _unnamed;

    /// <summary>The type that an OrtTensorTypeAndShapeInfo describes.</summary>
    /// <exception cref="EvergraphException">Its element type is none of ours.</exception>
    public TensorType Read(nint info, string place)
    {
        int elementType;
        nuint rank;
        OrtStatus.Check(api, api.GetTensorElementType(info, &elementType), place);
        OrtStatus.Check(api, api.GetDimensionsCount(info, &rank), place);
        var dtype = ElementTypes.From(elementType) ?? throw new EvergraphException(
            $"{place} has ONNX's element type {elementType}: expected one of {string.Join(", ", DTypes.All.Select(known => $"{ElementTypes.Of(known)} {known.Name()}"))}");
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
        return new(dtype, Shape.Create(dims));
    }

    /// <summary>The symbol of a name.</summary>
    public Symbol Find(string name)
    {
        if (!symbols.TryGetValue(name, out var symbol))
            symbols.Add(name, symbol = new(name, 0, Symbol.Unbounded));
        return symbol;
    }

    private Dim Symbolic(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Find($"unnamed_{_unnamed++}");
        try
        {
            return DimText.Parse(text, Find);
        }
        catch (EvergraphException)
        {
            // Other tools put any text there; it still tells which sizes are the same.
            return Find(text);
        }
    }
}
