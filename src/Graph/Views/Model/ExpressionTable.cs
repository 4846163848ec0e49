using System.Text.Json;

namespace Evergraph.Graph.Views;

/// <summary>Sizes and types as numbers: a document says each once.</summary>
internal sealed class ExpressionTable
{
    private readonly List<Dim> _dims = [];
    private readonly List<TensorType> _types = [];
    private readonly Dictionary<Dim, int> _dimIds = [];
    private readonly Dictionary<TensorType, int> _typeIds = [];

    /// <summary>The number of a size.</summary>
    public int Add(Dim dim)
    {
        if (!_dimIds.TryGetValue(dim, out int id))
        {
            _dimIds.Add(dim, id = _dims.Count);
            _dims.Add(dim);
        }

        return id;
    }

    /// <summary>The number of a type.</summary>
    public int Add(TensorType type)
    {
        if (!_typeIds.TryGetValue(type, out int id))
        {
            _typeIds.Add(type, id = _types.Count);
            _types.Add(type);
        }

        return id;
    }

    /// <summary>Writes the arrays <c>types</c> and <c>exprs</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("types");
        foreach (var type in _types)
        {
            json.WriteStartObject();
            json.WriteString("dtype", type.DType.Name());
            json.WriteNumber("bits", type.DType.Size() * 8);
            json.WriteStartArray("shape");
            foreach (var dim in type.Shape)
                json.WriteNumberValue(Add(dim));
            json.WriteEndArray();
            json.WriteString("text", type.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("exprs");
        foreach (var dim in _dims)
        {
            json.WriteStartObject();
            json.WriteString("text", dim.ToString());
            json.WritePropertyName("tree");
            ExpressionTree.Write(dim, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
