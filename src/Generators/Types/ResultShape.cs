using System.Linq;
using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>How a schema's results appear in C#.</summary>
internal enum ResultShape
{
    /// <summary><c>()</c>: void.</summary>
    Nothing,

    /// <summary><c>Tensor</c>.</summary>
    One,

    /// <summary>Several <c>Tensor</c>: a tuple.</summary>
    Tuple,

    /// <summary><c>Tensor[]</c>: an array.</summary>
    List,
}

/// <summary>Results of schemas.</summary>
internal static class ResultShapes
{
    /// <summary>The shape of a schema's results, or null where operators cannot return them.</summary>
    public static ResultShape? Of(OperatorSchema schema)
    {
        if (schema.Returns.Any(result => result.Type.Kind != SchemaKind.Tensor || result.Type.IsOptional || result.Type.IsElementOptional))
            return null;
        return schema.Returns.Count switch
        {
            0 => ResultShape.Nothing,
            1 => schema.Returns[0].Type.IsList ? ResultShape.List : ResultShape.One,
            _ => schema.Returns.Any(result => result.Type.IsList) ? null : ResultShape.Tuple,
        };
    }

    /// <summary>A schema's results as it writes them.</summary>
    public static string Text(OperatorSchema schema)
    {
        string text = schema.ToString();
        return text.Substring(text.IndexOf(") -> ", System.StringComparison.Ordinal) + 5);
    }

    /// <summary>The C# type, for an element type such as <c>Tensor</c>.</summary>
    public static string Type(ResultShape shape, int count, string element) => shape switch
    {
        ResultShape.Nothing => "void",
        ResultShape.One => element,
        ResultShape.List => element + "[]",
        _ => "(" + string.Join(", ", Enumerable.Repeat(element, count)) + ")",
    };
}
