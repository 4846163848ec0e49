namespace Evergraph.Graph.Import.TorchExport;

/// <summary>An argument or result as the file writes it: the closed union <c>Argument</c> of torch/_export/serde/schema.py.</summary>
public abstract record ExportedArgument
{
    private ExportedArgument() { }

    /// <summary>None.</summary>
    public sealed record None : ExportedArgument
    {
        /// <summary>The one instance.</summary>
        public static readonly None Value = new();
    }

    /// <summary>A tensor by its name.</summary>
    public sealed record Tensor(string Name) : ExportedArgument;

    /// <summary>A list of tensors by name; an entry is null where the file says None.</summary>
    public sealed record Tensors(IReadOnlyList<string?> Names) : ExportedArgument;

    /// <summary>A constant integer.</summary>
    public sealed record Int(long Value) : ExportedArgument;

    /// <summary>Constant integers.</summary>
    public sealed record Ints(IReadOnlyList<long> Values) : ExportedArgument;

    /// <summary>A constant number.</summary>
    public sealed record Float(double Value) : ExportedArgument;

    /// <summary>Constant numbers.</summary>
    public sealed record Floats(IReadOnlyList<double> Values) : ExportedArgument;

    /// <summary>A constant truth value.</summary>
    public sealed record Bool(bool Value) : ExportedArgument;

    /// <summary>Constant truth values.</summary>
    public sealed record Bools(IReadOnlyList<bool> Values) : ExportedArgument;

    /// <summary>A text.</summary>
    public sealed record Text(string Value) : ExportedArgument;

    /// <summary>Texts.</summary>
    public sealed record Texts(IReadOnlyList<string> Values) : ExportedArgument;

    /// <summary>An integer that may be symbolic.</summary>
    public sealed record SymInt(ExportedInt Value) : ExportedArgument;

    /// <summary>Integers, any of which may be symbolic.</summary>
    public sealed record SymInts(IReadOnlyList<ExportedInt> Values) : ExportedArgument;

    /// <summary>A symbolic truth value by name.</summary>
    public sealed record SymBool(string Name) : ExportedArgument;

    /// <summary>A symbolic number by name.</summary>
    public sealed record SymFloat(string Name) : ExportedArgument;

    /// <summary>An element type by PyTorch's number.</summary>
    public sealed record ScalarType(int Code) : ExportedArgument;

    /// <summary>A memory format by PyTorch's number: 1 contiguous, 2 channels last, 4 preserve.</summary>
    public sealed record MemoryFormat(int Code) : ExportedArgument;

    /// <summary>A layout by PyTorch's number: 7 is strided.</summary>
    public sealed record Layout(int Code) : ExportedArgument;

    /// <summary>A device, for example <c>cuda:1</c>.</summary>
    public sealed record Device(string Name) : ExportedArgument;

    /// <summary>The body of a higher-order operator.</summary>
    public sealed record Subgraph(string Name, ExportedGraph Graph) : ExportedArgument;

    /// <summary>The union's key in the file, for errors.</summary>
    public string Kind => this switch
    {
        None => "as_none",
        Tensor => "as_tensor",
        Tensors => "as_tensors",
        Int => "as_int",
        Ints => "as_ints",
        Float => "as_float",
        Floats => "as_floats",
        Bool => "as_bool",
        Bools => "as_bools",
        Text => "as_string",
        Texts => "as_strings",
        SymInt => "as_sym_int",
        SymInts => "as_sym_ints",
        SymBool => "as_sym_bool",
        SymFloat => "as_sym_float",
        ScalarType => "as_scalar_type",
        MemoryFormat => "as_memory_format",
        Layout => "as_layout",
        Device => "as_device",
        _ => "as_graph",
    };
}

/// <summary>A constant integer, or the name of a symbolic one.</summary>
/// <param name="Value">The constant, when there is no name.</param>
/// <param name="Name">The name of a value in <see cref="ExportedGraph.SymIntValues"/>, or null.</param>
public readonly record struct ExportedInt(long Value, string? Name);

/// <summary>A constant size, or a symbolic expression as text.</summary>
/// <param name="Value">The constant, when there is no expression.</param>
/// <param name="Expression">The text sympy's srepr writes, for example <c>Mul(Integer(2), Symbol('s77', positive=True, integer=True))</c>, or null.</param>
public readonly record struct ExportedSize(long Value, string? Expression)
{
    /// <summary>The number or the expression.</summary>
    public override string ToString() => Expression ?? $"{Value}";
}
