namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads the recorded metadata of tensors.</summary>
internal static class TensorMetaReader
{
    public static ExportedTensorMeta Read(ref JsonCursor json, string name) => ReadStrided(ref json, name, wantStrides: false).Meta;

    /// <summary>The metadata with strides and the offset into the storage, as the weights' config needs it.</summary>
    public static (ExportedTensorMeta Meta, IReadOnlyList<ExportedSize> Strides, ExportedSize Offset) ReadStrided(
        ref JsonCursor json, string name, bool wantStrides)
    {
        json.BeginObject(name);
        long? code = null;
        IReadOnlyList<ExportedSize>? sizes = null;
        IReadOnlyList<ExportedSize> strides = [];
        ExportedSize offset = default;
        string device = "cpu";
        while (json.NextProperty())
        {
            if (json.Is("dtype"u8))
                code = json.Int(name);
            else if (json.Is("sizes"u8))
                sizes = ReadSizes(ref json, name);
            else if (json.Is("device"u8))
                device = ArgumentReader.ReadDevice(ref json, name);
            else if (wantStrides && json.Is("strides"u8))
                strides = ReadSizes(ref json, name);
            else if (wantStrides && json.Is("storage_offset"u8))
                offset = ReadSize(ref json, name);
            else
                json.Skip();
        }
        if (code is null || sizes is null)
            throw json.Fault($"tensor '{name}': expected 'dtype' and 'sizes'");
        if (!TorchScalarTypes.IsKnown(code.Value))
            throw json.Fault($"tensor '{name}': unknown dtype {code}, expected one of PyTorch's numbers 1 (uint8) to 13 (bfloat16), 28 to 32, 34 or 35");
        return (new((TorchScalarType)code.Value, sizes, device), strides, offset);
    }

    private static ExportedSize[] ReadSizes(ref JsonCursor json, string name)
    {
        json.BeginArray(name);
        var sizes = new List<ExportedSize>(4);
        while (json.NextItem())
            sizes.Add(ReadSize(ref json, name));
        return [.. sizes];
    }

    /// <summary>A size: <c>{"as_int": n}</c> or <c>{"as_expr": {"expr_str": …}}</c>.</summary>
    public static ExportedSize ReadSize(ref JsonCursor json, string name)
    {
        json.BeginObject(name);
        ExportedSize? size = null;
        while (json.NextProperty())
        {
            if (json.Is("as_int"u8))
                size = new(json.Int(name), null);
            else if (json.Is("as_expr"u8))
                size = new(0, ReadExpression(ref json, name));
            else
                throw json.Fault($"'{name}': expected a size as as_int or as_expr, given '{json.Property}'");
        }
        return size ?? throw json.Fault($"'{name}': expected a size as as_int or as_expr, given none");
    }

    public static string ReadExpression(ref JsonCursor json, string name)
    {
        json.BeginObject(name);
        string? text = null;
        while (json.NextProperty())
        {
            if (json.Is("expr_str"u8))
                text = json.Text(name);
            else
                json.Skip();
        }
        return text ?? throw json.Fault($"'{name}': expected 'expr_str', given none");
    }
}
