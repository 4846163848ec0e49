namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads a graph and the graphs nested in its higher-order operators.</summary>
internal sealed class GraphReader(ImportLimits limits)
{
    private static readonly Dictionary<string, ExportedTensorMeta> NoTensors = [];
    private static readonly Dictionary<string, ExportedSize> NoInts = [];
    private static readonly Dictionary<string, string> NoBools = [];

    private int _depth;

    public ExportedGraph Read(ref JsonCursor json)
    {
        if (++_depth > limits.MaxGraphDepth)
            throw json.Fault($"graphs are nested more than {limits.MaxGraphDepth} deep");
        NodePlace outer = json.Node;
        json.Node = new(outer.Prefix, -1, null);
        json.BeginObject("graph");
        IReadOnlyList<ExportedArgument> inputs = [], outputs = [];
        IReadOnlyList<ExportedNode>? nodes = null;
        Dictionary<string, ExportedTensorMeta> tensors = NoTensors;
        Dictionary<string, ExportedSize> ints = NoInts;
        Dictionary<string, string> bools = NoBools;
        bool single = false;
        while (json.NextProperty())
        {
            if (json.Is("inputs"u8))
                inputs = ReadArguments(ref json, "graph inputs");
            else if (json.Is("outputs"u8))
                outputs = ReadArguments(ref json, "graph outputs");
            else if (json.Is("nodes"u8))
                nodes = ReadNodes(ref json);
            else if (json.Is("tensor_values"u8))
                tensors = ReadTensors(ref json);
            else if (json.Is("sym_int_values"u8))
                ints = ReadInts(ref json);
            else if (json.Is("sym_bool_values"u8))
                bools = ReadBools(ref json);
            else if (json.Is("is_single_tensor_return"u8))
                single = json.Bool("is_single_tensor_return");
            else
                json.Skip();
        }
        if (nodes is null)
            throw json.Fault("graph: expected 'nodes', given none");
        json.Node = outer;
        _depth--;
        return new(inputs, outputs, nodes, tensors, ints, bools, single);
    }

    public ExportedArgument ReadSubgraph(ref JsonCursor json)
    {
        json.BeginObject("as_graph");
        string name = "";
        ExportedGraph? graph = null;
        while (json.NextProperty())
        {
            if (json.Is("name"u8))
                name = json.Text("as_graph name");
            else if (json.Is("graph"u8))
                graph = Read(ref json);
            else
                json.Skip();
        }
        return new ExportedArgument.Subgraph(name, graph ?? throw json.Fault($"as_graph '{name}': expected a graph, given none"));
    }

    public IReadOnlyList<ExportedArgument> ReadArguments(ref JsonCursor json, string what)
    {
        json.BeginArray(what);
        var arguments = new List<ExportedArgument>();
        while (json.NextItem())
            arguments.Add(ArgumentReader.Read(ref json, what, this));
        return arguments;
    }

    private List<ExportedNode> ReadNodes(ref JsonCursor json)
    {
        json.BeginArray("nodes");
        NodePlace graph = json.Node;
        var nodes = new List<ExportedNode>();
        while (json.NextItem())
        {
            json.Node = graph with { Index = nodes.Count };
            nodes.Add(ReadNode(ref json, nodes.Count));
        }
        json.Node = graph;
        return nodes;
    }

    private ExportedNode ReadNode(ref JsonCursor json, int index)
    {
        json.BeginObject("node");
        string? target = null, name = null, stackTrace = null, moduleStack = null;
        IReadOnlyList<ExportedInput>? inputs = null;
        IReadOnlyList<ExportedArgument>? outputs = null;
        while (json.NextProperty())
        {
            if (json.Is("target"u8))
            {
                target = json.Text("target");
                json.Node = json.Node with { Target = target };
            }
            else if (json.Is("inputs"u8))
                inputs = ReadInputs(ref json);
            else if (json.Is("outputs"u8))
                outputs = ReadArguments(ref json, "outputs");
            else if (json.Is("name"u8))
                name = json.Text("name");
            else if (json.Is("metadata"u8))
                ReadMetadata(ref json, ref stackTrace, ref moduleStack);
            else
                json.Skip();
        }
        if (target is null || inputs is null || outputs is null)
            throw json.Fault($"expected '{(target is null ? "target" : inputs is null ? "inputs" : "outputs")}', given none");
        name ??= outputs.Count > 0 ? FirstName(outputs[0]) : null;
        return new(index, target, inputs, outputs, name ?? $"node_{index}", stackTrace, moduleStack);
    }

    private static string? FirstName(ExportedArgument output) => output switch
    {
        ExportedArgument.Tensor tensor => tensor.Name,
        ExportedArgument.Tensors { Names: [{ } first, ..] } => first,
        ExportedArgument.SymInt { Value.Name: { } name } => name,
        ExportedArgument.SymBool symbol => symbol.Name,
        _ => null,
    };

    private ExportedInput[] ReadInputs(ref JsonCursor json)
    {
        json.BeginArray("inputs");
        var inputs = new List<ExportedInput>(4);
        while (json.NextItem())
        {
            json.BeginObject("input");
            string name = "";
            ExportedArgument? value = null;
            while (json.NextProperty())
            {
                if (json.Is("name"u8))
                    name = json.Text("input name");
                else if (json.Is("arg"u8))
                    value = ArgumentReader.Read(ref json, name.Length > 0 ? name : "input", this);
                else
                    json.Skip();
            }
            inputs.Add(new(name, value ?? throw json.Fault($"input '{name}': expected 'arg', given none")));
        }
        return [.. inputs];
    }

    private static void ReadMetadata(ref JsonCursor json, ref string? stackTrace, ref string? moduleStack)
    {
        json.BeginObject("metadata");
        while (json.NextProperty())
        {
            if (json.Is("stack_trace"u8))
                stackTrace = json.Text("stack_trace");
            else if (json.Is("nn_module_stack"u8))
                moduleStack = json.Text("nn_module_stack");
            else
                json.Skip();
        }
    }

    private static Dictionary<string, ExportedTensorMeta> ReadTensors(ref JsonCursor json)
    {
        json.BeginObject("tensor_values");
        var tensors = new Dictionary<string, ExportedTensorMeta>(StringComparer.Ordinal);
        while (json.NextEntry(out string name))
            tensors[name] = TensorMetaReader.Read(ref json, name);
        return tensors;
    }

    private static Dictionary<string, ExportedSize> ReadInts(ref JsonCursor json)
    {
        json.BeginObject("sym_int_values");
        var ints = new Dictionary<string, ExportedSize>(StringComparer.Ordinal);
        while (json.NextEntry(out string name))
            ints[name] = TensorMetaReader.ReadSize(ref json, name);
        return ints;
    }

    private static Dictionary<string, string> ReadBools(ref JsonCursor json)
    {
        json.BeginObject("sym_bool_values");
        var bools = new Dictionary<string, string>(StringComparer.Ordinal);
        while (json.NextEntry(out string name))
        {
            json.BeginObject(name);
            while (json.NextProperty())
            {
                if (json.Is("as_expr"u8))
                    bools[name] = TensorMetaReader.ReadExpression(ref json, name);
                else if (json.Is("as_bool"u8))
                    bools[name] = json.Bool(name) ? "true" : "false";
                else
                    throw json.Fault($"'{name}': expected as_expr or as_bool, given '{json.Property}'");
            }
        }
        return bools;
    }
}
