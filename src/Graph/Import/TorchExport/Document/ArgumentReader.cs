namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads the argument union.</summary>
internal static class ArgumentReader
{
    /// <summary>The union at the cursor.</summary>
    /// <exception cref="ImportException">It is not an object with exactly one key, or the key is unknown.</exception>
    public static ExportedArgument Read(ref JsonCursor json, string what, GraphReader graphs)
    {
        json.BeginObject(what);
        ExportedArgument? argument = null;
        while (json.NextProperty())
        {
            if (argument is not null)
                throw json.Fault($"{what}: expected an object with one key, given '{argument.Kind}' and '{json.Property}'");
            argument = ReadValue(ref json, what, graphs);
        }
        return argument ?? throw json.Fault($"{what}: expected an object with one key such as as_tensor, given none");
    }

    private static ExportedArgument ReadValue(ref JsonCursor json, string what, GraphReader graphs)
    {
        if (json.Is("as_tensor"u8))
            return new ExportedArgument.Tensor(ReadName(ref json, what));
        if (json.Is("as_int"u8))
            return new ExportedArgument.Int(json.Int(what));
        if (json.Is("as_sym_int"u8))
            return new ExportedArgument.SymInt(ReadSymInt(ref json, what));
        if (json.Is("as_none"u8))
        {
            json.Skip();
            return ExportedArgument.None.Value;
        }
        if (json.Is("as_float"u8))
            return new ExportedArgument.Float(json.Double(what));
        if (json.Is("as_bool"u8))
            return new ExportedArgument.Bool(json.Bool(what));
        if (json.Is("as_string"u8))
            return new ExportedArgument.Text(json.Text(what));
        if (json.Is("as_scalar_type"u8))
            return new ExportedArgument.ScalarType(ReadCode(ref json, what));
        if (json.Is("as_memory_format"u8))
            return new ExportedArgument.MemoryFormat(ReadCode(ref json, what));
        if (json.Is("as_layout"u8))
            return new ExportedArgument.Layout(ReadCode(ref json, what));
        if (json.Is("as_device"u8))
            return new ExportedArgument.Device(ReadDevice(ref json, what));
        if (json.Is("as_graph"u8))
            return graphs.ReadSubgraph(ref json);
        if (json.Is("as_optional_tensor"u8))
            return ReadOptionalTensor(ref json, what) is { } name ? new ExportedArgument.Tensor(name) : ExportedArgument.None.Value;
        if (json.Is("as_sym_bool"u8))
            return ReadSymBool(ref json, what);
        if (json.Is("as_sym_float"u8))
            return ReadSymFloat(ref json, what);
        return ReadList(ref json, what) ?? throw json.Fault($"{what}: unknown argument kind '{json.Property}'");
    }

    private static ExportedArgument? ReadList(ref JsonCursor json, string what)
    {
        if (json.Is("as_tensors"u8))
            return new ExportedArgument.Tensors(Items(ref json, what, static (ref JsonCursor j, string w) => (string?)ReadName(ref j, w)));
        if (json.Is("as_optional_tensors"u8))
            return new ExportedArgument.Tensors(Items(ref json, what, ReadOptionalTensor));
        if (json.Is("as_ints"u8))
            return new ExportedArgument.Ints(Items(ref json, what, static (ref JsonCursor j, string w) => j.Int(w)));
        if (json.Is("as_sym_ints"u8))
            return new ExportedArgument.SymInts(Items(ref json, what, ReadSymInt));
        if (json.Is("as_floats"u8))
            return new ExportedArgument.Floats(Items(ref json, what, static (ref JsonCursor j, string w) => j.Double(w)));
        if (json.Is("as_bools"u8))
            return new ExportedArgument.Bools(Items(ref json, what, static (ref JsonCursor j, string w) => j.Bool(w)));
        if (json.Is("as_strings"u8))
            return new ExportedArgument.Texts(Items(ref json, what, static (ref JsonCursor j, string w) => j.Text(w)));
        return null;
    }

    private delegate T ItemReader<T>(ref JsonCursor json, string what);

    private static T[] Items<T>(ref JsonCursor json, string what, ItemReader<T> read)
    {
        json.BeginArray(what);
        var items = new List<T>();
        while (json.NextItem())
            items.Add(read(ref json, what));
        return [.. items];
    }

    /// <summary>The name in <c>{"name": …}</c>; before PyTorch 2.5 it was the text itself.</summary>
    public static string ReadName(ref JsonCursor json, string what)
    {
        if (!json.IsObject)
            return json.Text(what);
        string? name = null;
        while (json.NextProperty())
        {
            if (json.Is("name"u8))
                name = json.Text(what);
            else
                json.Skip();
        }
        return name ?? throw json.Fault($"{what}: expected a name, given none");
    }

    private static string? ReadOptionalTensor(ref JsonCursor json, string what)
    {
        json.BeginObject(what);
        string? name = null;
        while (json.NextProperty())
        {
            if (json.Is("as_tensor"u8))
                name = ReadName(ref json, what);
            else if (json.Is("as_none"u8))
                json.Skip();
            else
                throw json.Fault($"{what}: expected as_tensor or as_none, given '{json.Property}'");
        }
        return name;
    }

    private static ExportedInt ReadSymInt(ref JsonCursor json, string what)
    {
        json.BeginObject(what);
        ExportedInt? value = null;
        while (json.NextProperty())
        {
            if (json.Is("as_name"u8))
                value = new(0, json.Text(what));
            else if (json.Is("as_int"u8))
                value = new(json.Int(what), null);
            else
                throw json.Fault($"{what}: expected as_name or as_int, given '{json.Property}'");
        }
        return value ?? throw json.Fault($"{what}: expected as_name or as_int, given none");
    }

    private static ExportedArgument ReadSymBool(ref JsonCursor json, string what)
    {
        json.BeginObject(what);
        ExportedArgument? value = null;
        while (json.NextProperty())
        {
            if (json.Is("as_name"u8))
                value = new ExportedArgument.SymBool(json.Text(what));
            else if (json.Is("as_bool"u8))
                value = new ExportedArgument.Bool(json.Bool(what));
            else
                throw json.Fault($"{what}: expected as_name or as_bool, given '{json.Property}'");
        }
        return value ?? throw json.Fault($"{what}: expected as_name or as_bool, given none");
    }

    private static ExportedArgument ReadSymFloat(ref JsonCursor json, string what)
    {
        json.BeginObject(what);
        ExportedArgument? value = null;
        while (json.NextProperty())
        {
            if (json.Is("as_name"u8))
                value = new ExportedArgument.SymFloat(json.Text(what));
            else if (json.Is("as_float"u8))
                value = new ExportedArgument.Float(json.Double(what));
            else
                throw json.Fault($"{what}: expected as_name or as_float, given '{json.Property}'");
        }
        return value ?? throw json.Fault($"{what}: expected as_name or as_float, given none");
    }

    private static int ReadCode(ref JsonCursor json, string what)
    {
        long code = json.Int(what);
        return code is >= 0 and <= 1000 ? (int)code : throw json.Fault($"{what}: expected a small code, given {code}");
    }

    /// <summary>A device as PyTorch prints it, for example <c>cpu</c> or <c>cuda:1</c>.</summary>
    public static string ReadDevice(ref JsonCursor json, string what)
    {
        json.BeginObject(what);
        string type = "cpu";
        long? index = null;
        while (json.NextProperty())
        {
            if (json.Is("type"u8))
                type = json.Text(what);
            else if (json.Is("index"u8))
                index = json.Int(what);
            else
                json.Skip();
        }
        return index is null ? type : $"{type}:{index}";
    }
}
