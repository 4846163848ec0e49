using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Evergraph.Graph;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators;

/// <summary>
/// A schema's default as C#: what the optional parameter holds, and, where C# has no constant of the type (a Dim, a
/// Scalar, an array), null there and an expression that replaces null in the body.
/// </summary>
/// <param name="Constant">The text behind = in the parameter list.</param>
/// <param name="Replacement">What null stands for, or null where nothing is replaced.</param>
internal sealed record InvokeDefault(string Constant, string? Replacement)
{
    private static readonly Dictionary<string, string> DTypesByName = new()
    {
        ["float"] = "Float32",
        ["float32"] = "Float32",
        ["double"] = "Float64",
        ["float64"] = "Float64",
        ["half"] = "Float16",
        ["float16"] = "Float16",
        ["bfloat16"] = "BFloat16",
        ["int8"] = "Int8",
        ["uint8"] = "UInt8",
        ["int"] = "Int32",
        ["int32"] = "Int32",
        ["long"] = "Int64",
        ["int64"] = "Int64",
        ["bool"] = "Bool",
    };

    public static string DTypeNames => string.Join(", ", DTypesByName.Keys);

    /// <summary>Our name of one of PyTorch's element types, or null.</summary>
    public static string? DTypeName(string name) => DTypesByName.TryGetValue(name, out string? ours) ? ours : null;

    /// <summary>The default of a parameter, or null where it has none or C# cannot tell it from an explicit null.</summary>
    public static InvokeDefault? Of(SchemaArgument argument, CSharpType type)
    {
        if (argument.Default is not { } value)
            return null;
        if (value.Kind == SchemaDefaultKind.None)
            return new("null", null);
        if (IsConstant(argument.Type))
            return new(Expression(argument, value), null);
        return argument.Type.IsOptional ? null : new("null", Value(argument, type));
    }

    /// <summary>The default as an expression of the parameter's own type, or null where it has none.</summary>
    public static string? Value(SchemaArgument argument, CSharpType type)
    {
        if (argument.Default is not { } value)
            return null;
        if (value.Kind == SchemaDefaultKind.None)
            return $"({type.OrNull().Full})null";
        if (IsConstant(argument.Type))
            return Expression(argument, value);
        return argument.Type.IsList ? Array(value, type.Item().Full) : $"({type.Full}){Parenthesised(Expression(argument, value))}";
    }

    private static bool IsConstant(SchemaType type) => !type.IsList && type.Kind is not (SchemaKind.SymInt or SchemaKind.Scalar);

    private static string Expression(SchemaArgument argument, SchemaDefault value) => value.Kind switch
    {
        SchemaDefaultKind.Int => Literal(value.Int),
        SchemaDefaultKind.Float => Literal(value.Float),
        SchemaDefaultKind.Bool => Literal(value.Bool),
        SchemaDefaultKind.String => SymbolDisplay.FormatLiteral(value.Text, quote: true),
        _ when argument.Type.Kind == SchemaKind.ScalarType => $"global::Evergraph.Graph.DType.{DTypeName(value.Text)}",

        // The reductions of PyTorch's losses: none 0, mean 1, sum 2.
        _ when argument.Type.Kind == SchemaKind.Int => value.Text == "Mean" ? "1L" : "2L",
        _ => SymbolDisplay.FormatLiteral(value.Text, quote: true),
    };

    private static string Array(SchemaDefault value, string item)
    {
        string[] items = value.Kind switch
        {
            SchemaDefaultKind.IntList => [.. value.Ints.Select(Literal)],
            SchemaDefaultKind.FloatList => [.. value.Floats.Select(Literal)],
            _ => [.. value.Bools.Select(Literal)],
        };
        return items.Length == 0 ? $"global::System.Array.Empty<{item}>()" : $"new {item}[] {{ {string.Join(", ", items)} }}";
    }

    private static string Parenthesised(string literal) => literal[0] == '-' ? $"({literal})" : literal;

    private static string Literal(long integer) =>
        integer == long.MinValue ? "long.MinValue" : integer.ToString(CultureInfo.InvariantCulture) + "L";

    private static string Literal(double number) => number.ToString("R", CultureInfo.InvariantCulture) + "D";

    private static string Literal(bool truth) => truth ? "true" : "false";
}
