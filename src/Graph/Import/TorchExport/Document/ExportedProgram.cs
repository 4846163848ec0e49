namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What a .pt2 file's program text says, typed and not yet interpreted.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Inputs">What each input of the graph is, in order.</param>
/// <param name="Outputs">What each output of the graph is, in order.</param>
/// <param name="RangeConstraints">The declared range of each symbol, and of some derived expressions such as <c>2*s77</c>.</param>
/// <param name="Guards">Conditions on the inputs, as Python.</param>
/// <param name="Modules">How the model's modules were called; the first entry with an empty path is the model itself.</param>
/// <param name="TorchVersion">The version of PyTorch that wrote the file.</param>
/// <param name="SchemaVersion">The version of the file format, for example 8.17.</param>
public sealed record ExportedProgram(
    ExportedGraph Graph,
    IReadOnlyList<ExportedInputSpec> Inputs,
    IReadOnlyList<ExportedOutputSpec> Outputs,
    IReadOnlyList<KeyValuePair<string, ExportedRange>> RangeConstraints,
    IReadOnlyList<string> Guards,
    IReadOnlyList<ExportedModuleCall> Modules,
    string TorchVersion,
    Version SchemaVersion);

/// <summary>A graph: nodes in order, and what is recorded about their values.</summary>
/// <param name="Inputs">Names, or constants where an input was one.</param>
/// <param name="Outputs">Names or constants.</param>
/// <param name="Nodes">The nodes, in order.</param>
/// <param name="TensorValues">The recorded element type and sizes of each tensor.</param>
/// <param name="SymIntValues">The expression of each symbolic integer.</param>
/// <param name="SymBoolValues">The relation of each symbolic truth value, as text.</param>
/// <param name="IsSingleTensorReturn">A body that returns a tensor instead of a list of one.</param>
public sealed record ExportedGraph(
    IReadOnlyList<ExportedArgument> Inputs,
    IReadOnlyList<ExportedArgument> Outputs,
    IReadOnlyList<ExportedNode> Nodes,
    IReadOnlyDictionary<string, ExportedTensorMeta> TensorValues,
    IReadOnlyDictionary<string, ExportedSize> SymIntValues,
    IReadOnlyDictionary<string, string> SymBoolValues,
    bool IsSingleTensorReturn);

/// <summary>A call.</summary>
/// <param name="Index">Its place among the nodes of its graph.</param>
/// <param name="Target">For example <c>torch.ops.aten.linear.default</c>.</param>
/// <param name="Inputs">The arguments; those equal to their defaults are left out.</param>
/// <param name="Outputs">The names of the results.</param>
/// <param name="Name">PyTorch's name of the node, or the name of its first result in older files.</param>
/// <param name="StackTrace">Python's stack trace, or null.</param>
/// <param name="ModuleStack">The modules around the call, as <c>key,path,type;…</c>, or null.</param>
public sealed record ExportedNode(
    int Index,
    string Target,
    IReadOnlyList<ExportedInput> Inputs,
    IReadOnlyList<ExportedArgument> Outputs,
    string Name,
    string? StackTrace,
    string? ModuleStack);

/// <summary>An argument with its name in the schema (empty for higher-order operators).</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">The argument.</param>
public readonly record struct ExportedInput(string Name, ExportedArgument Value);

/// <summary>What is recorded about a tensor.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Sizes">The sizes, symbolic ones as text.</param>
/// <param name="Device">For example <c>cpu</c>.</param>
public sealed record ExportedTensorMeta(TorchScalarType Type, IReadOnlyList<ExportedSize> Sizes, string Device);

/// <summary>A declared range. Null is unbounded.</summary>
/// <param name="Min">The smallest value, inclusive.</param>
/// <param name="Max">The largest value, inclusive.</param>
public readonly record struct ExportedRange(long? Min, long? Max);

/// <summary>How a module was called.</summary>
/// <param name="Path">The module's path; empty is the model.</param>
/// <param name="InputSpec">The pytree of the inputs, as JSON, or null.</param>
/// <param name="OutputSpec">The pytree of the outputs, as JSON, or null.</param>
/// <param name="ArgumentNames">The names of forward's parameters, or null.</param>
public sealed record ExportedModuleCall(string Path, string? InputSpec, string? OutputSpec, IReadOnlyList<string>? ArgumentNames);

/// <summary>What an input of the graph is.</summary>
public enum ExportedInputKind
{
    /// <summary>Given by the caller.</summary>
    UserInput,
    /// <summary>A trained weight.</summary>
    Parameter,
    /// <summary>A buffer; not in the state dictionary when it is not persistent.</summary>
    Buffer,
    /// <summary>A tensor constant.</summary>
    TensorConstant,
    /// <summary>A Python number or text fixed at export.</summary>
    ConstantInput,
    /// <summary>A script object.</summary>
    CustomObject,
    /// <summary>An effect token.</summary>
    Token,
}

/// <summary>An input of the graph.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Argument">Its name in the graph, or the constant.</param>
/// <param name="Path">The path of the parameter, buffer or constant in the model, otherwise empty; of a constant input, its name.</param>
/// <param name="IsPersistent">Whether a buffer is in the state dictionary.</param>
public sealed record ExportedInputSpec(ExportedInputKind Kind, ExportedArgument Argument, string Path, bool IsPersistent);

/// <summary>What an output of the graph is.</summary>
public enum ExportedOutputKind
{
    /// <summary>Given to the caller.</summary>
    UserOutput,
    /// <summary>The new value of a buffer.</summary>
    BufferMutation,
    /// <summary>The new value of an input of the caller.</summary>
    UserInputMutation,
    /// <summary>The new value of a parameter.</summary>
    ParameterMutation,
    /// <summary>A loss; given to the caller.</summary>
    LossOutput,
    /// <summary>A gradient.</summary>
    Gradient,
    /// <summary>An effect token.</summary>
    Token,
}

/// <summary>An output of the graph.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Argument">Its name in the graph, or the constant.</param>
/// <param name="Target">The mutated buffer's, parameter's or input's name, otherwise empty.</param>
public sealed record ExportedOutputSpec(ExportedOutputKind Kind, ExportedArgument Argument, string Target);
