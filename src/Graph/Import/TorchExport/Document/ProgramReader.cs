namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads the program text of a .pt2 file. Unknown keys are passed over; unknown kinds of argument are an error that names the node.</summary>
public static class ProgramReader
{
    /// <summary>The program in <paramref name="json"/>; <paramref name="place"/> is how errors name the text.</summary>
    /// <exception cref="ImportException">The text is not JSON or not a program.</exception>
    public static ExportedProgram Read(ReadOnlySpan<byte> json, string place, ImportLimits? limits = null)
    {
        var cursor = new JsonCursor(json, place);
        cursor.Next();
        ExportedProgram program = ReadTop(ref cursor, new(limits ?? ImportLimits.Default));
        cursor.End();
        return program;
    }

    private static ExportedProgram ReadTop(ref JsonCursor json, GraphReader graphs)
    {
        json.BeginObject("program");
        ExportedGraph? graph = null;
        (IReadOnlyList<ExportedInputSpec> Inputs, IReadOnlyList<ExportedOutputSpec> Outputs)? signature = null;
        IReadOnlyList<ExportedModuleCall> modules = [];
        IReadOnlyList<KeyValuePair<string, ExportedRange>> ranges = [];
        IReadOnlyList<string> guards = [];
        string torchVersion = "unknown";
        Version schemaVersion = new(0, 0);
        while (json.NextProperty())
        {
            if (json.Is("graph_module"u8))
                ReadModule(ref json, graphs, ref graph, ref signature, ref modules);
            else if (json.Is("range_constraints"u8))
                ranges = ReadRanges(ref json);
            else if (json.Is("guards_code"u8))
                guards = ReadTexts(ref json, "guards_code");
            else if (json.Is("torch_version"u8))
                torchVersion = json.Text("torch_version");
            else if (json.Is("schema_version"u8))
                schemaVersion = ReadVersion(ref json);
            else
                json.Skip();
        }
        if (graph is null || signature is null)
            throw json.Fault($"expected 'graph_module' with '{(graph is null ? "graph" : "signature")}', given none");
        return new(graph, signature.Value.Inputs, signature.Value.Outputs, ranges, guards, modules, torchVersion, schemaVersion);
    }

    private static void ReadModule(
        ref JsonCursor json,
        GraphReader graphs,
        ref ExportedGraph? graph,
        ref (IReadOnlyList<ExportedInputSpec>, IReadOnlyList<ExportedOutputSpec>)? signature,
        ref IReadOnlyList<ExportedModuleCall> modules)
    {
        json.BeginObject("graph_module");
        while (json.NextProperty())
        {
            if (json.Is("graph"u8))
                graph = graphs.Read(ref json);
            else if (json.Is("signature"u8))
                signature = SignatureReader.Read(ref json, graphs);
            else if (json.Is("module_call_graph"u8))
                modules = ReadModuleCalls(ref json);
            else
                json.Skip();
        }
    }

    private static List<KeyValuePair<string, ExportedRange>> ReadRanges(ref JsonCursor json)
    {
        json.BeginObject("range_constraints");
        var ranges = new List<KeyValuePair<string, ExportedRange>>();
        while (json.NextEntry(out string key))
        {
            json.BeginObject("range_constraints");
            long? min = null, max = null;
            while (json.NextProperty())
            {
                if (json.Is("min_val"u8))
                    min = json.Bound($"range of {key}");
                else if (json.Is("max_val"u8))
                    max = json.Bound($"range of {key}");
                else
                    json.Skip();
            }
            ranges.Add(new(key, new(min, max)));
        }
        return ranges;
    }

    private static Version ReadVersion(ref JsonCursor json)
    {
        json.BeginObject("schema_version");
        long major = 0, minor = 0;
        while (json.NextProperty())
        {
            if (json.Is("major"u8))
                major = json.Int("schema_version");
            else if (json.Is("minor"u8))
                minor = json.Int("schema_version");
            else
                json.Skip();
        }
        // Files of another major number are not readable by definition of the format; 8 is PyTorch 2.5 to 2.14.
        if (major != 8 || minor is < 0 or > int.MaxValue)
            throw json.Fault($"schema_version {major}.{minor}, expected 8.x (PyTorch 2.5 to 2.14)");
        return new((int)major, (int)minor);
    }

    private static List<ExportedModuleCall> ReadModuleCalls(ref JsonCursor json)
    {
        json.BeginArray("module_call_graph");
        var calls = new List<ExportedModuleCall>();
        while (json.NextItem())
        {
            json.BeginObject("module_call_graph");
            string path = "";
            string? inputs = null, outputs = null;
            IReadOnlyList<string>? names = null;
            while (json.NextProperty())
            {
                if (json.Is("fqn"u8))
                    path = json.Text("fqn");
                else if (json.Is("signature"u8))
                    ReadCallSignature(ref json, ref inputs, ref outputs, ref names);
                else
                    json.Skip();
            }
            calls.Add(new(path, inputs, outputs, names));
        }
        return calls;
    }

    private static void ReadCallSignature(ref JsonCursor json, ref string? inputs, ref string? outputs, ref IReadOnlyList<string>? names)
    {
        json.BeginObject("module_call_graph signature");
        while (json.NextProperty())
        {
            if (json.Is("in_spec"u8))
                inputs = json.Text("in_spec");
            else if (json.Is("out_spec"u8))
                outputs = json.Text("out_spec");
            else if (json.Is("forward_arg_names"u8))
                names = ReadTexts(ref json, "forward_arg_names");
            else
                json.Skip();
        }
    }

    private static List<string> ReadTexts(ref JsonCursor json, string what)
    {
        json.BeginArray(what);
        var texts = new List<string>();
        while (json.NextItem())
            texts.Add(json.Text(what));
        return texts;
    }
}
