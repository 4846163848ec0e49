namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>
/// Attributes of a custom operator's node that are no parameters of its schema. A parameter's attribute has its own name; a tensor
/// parameter needs one only where the inputs do not simply come in the schema's order: the position of its input, −1 for an absent one.
/// </summary>
internal static class AttributeNames
{
    /// <summary>The names of the symbols in arguments and sizes, separated by commas: <c>s0,s1</c>.</summary>
    public const string Symbols = "symbols";

    /// <summary>For each of <see cref="Symbols"/> its least and its greatest value.</summary>
    public const string SymbolRanges = "symbol_ranges";

    /// <summary>For each of <see cref="Symbols"/> the position of the input, int64[1], that has its value, or −1 where sizes of inputs tell.</summary>
    public const string SymbolInputs = "symbol_inputs";

    /// <summary>
    /// The types of the inputs as our fakes know them: <c>float32[1, s0, 64], int64[1]</c>. ONNX Runtime loses shapes while it optimises.
    /// </summary>
    public const string InputTypes = "input_types";

    /// <summary>The node's number in the compiled graph, for errors and for counting branches.</summary>
    public const string Node = "evergraph_node";
}
