using System.Runtime.InteropServices;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Tells ONNX Runtime what an operator's fake says of a node's results, symbolic sizes by their text.</summary>
internal static unsafe class ShapeInference
{
    private static long s_sizes;

    /// <summary>Runs the fake of one node.</summary>
    /// <exception cref="EvergraphException">The node is no legal call of the operator.</exception>
    public static void Run(CustomOperator custom, OrtFunctions api, nint context)
    {
        string place = custom.Definition.Name;
        nuint count;
        OrtStatus.Check(api, api.ShapeInferContextGetInputCount(context, &count), place);
        var layout = CallLayout.Read(custom.Definition, new InferenceAttributes(api, context), (int)count);
        if ((layout.InputTypes ?? ReadInputs(layout, api, context, (int)count)) is not { } inputs)
            return;
        var results = CustomOperator.Infer(layout, inputs, new());
        for (int i = 0; i < results.Length; i++)
            SetOutput(api, context, i, results[i], place);
    }

    /// <summary>The types of the inputs, or null where the shape of one is not known: then nothing is known of the results.</summary>
    private static TensorType[]? ReadInputs(CallLayout layout, OrtFunctions api, nint context, int count)
    {
        string place = layout.Operator.Name;
        var reader = new InputTypes(api, layout.Symbols);
        var inputs = new TensorType[count];
        for (int i = 0; i < inputs.Length; i++)
        {
            nint info;
            OrtStatus.Check(api, api.ShapeInferContextGetInputTypeShape(context, (nuint)i, &info), $"{place}, input {i}");
            if (reader.Read(info, $"{place}: input {i}") is not { } type)
                return null;
            inputs[i] = type;
        }

        return inputs;
    }

    private static void SetOutput(OrtFunctions api, nint context, int index, TensorType type, string place)
    {
        nint info;
        OrtStatus.Check(api, api.CreateTensorTypeAndShapeInfo(&info), place);
        nint[] names = new nint[type.Rank];
        try
        {
            long[] sizes = new long[type.Rank];
            for (int i = 0; i < sizes.Length; i++)
            {
                bool known = type.Shape[i].TryGetConstant(out long size);
                sizes[i] = known ? size : -1;
                names[i] = Marshal.StringToCoTaskMemUTF8(known ? "" : NameOf(type.Shape[i]));
            }

            OrtStatus.Check(api, api.SetTensorElementType(info, ElementTypes.Of(type.DType)), place);
            fixed (long* size = sizes)
            fixed (nint* name = names)
            {
                OrtStatus.Check(api, api.SetDimensions(info, size, (nuint)sizes.Length), place);
                OrtStatus.Check(api, api.SetSymbolicDimensions(info, (byte**)name, (nuint)names.Length), place);
            }

            OrtStatus.Check(api, api.ShapeInferContextSetOutputTypeShape(context, (nuint)index, info), $"{place}, result {index}");
        }
        finally
        {
            foreach (nint name in names)
                Marshal.FreeCoTaskMem(name);
            api.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    /// <summary>
    /// The name of a size, by which ONNX Runtime takes sizes to be the same all over the graph and lets values of the same sizes share memory.
    /// A size that is nowhere else, for it depends on data or a name of another tool could read as something else in an expression, gets a
    /// name that is nowhere else: without one, it would be −1, and the same as all others.
    /// </summary>
    private static string NameOf(Dim size)
    {
        bool isOneName = size.TryGetSymbol(out _);
        return size.Symbols.All(symbol => symbol.Kind == SymbolKind.Input && (isOneName || symbol.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')))
            ? size.ToString()
            : $"evergraph_size_{Interlocked.Increment(ref s_sizes)}";
    }
}
