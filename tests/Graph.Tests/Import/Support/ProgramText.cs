using System.Globalization;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

/// <summary>
/// Writes programs for tests. A type is written <c>f32[s0, 2*s0, 4]</c>; sizes that are no numbers become symbolic text,
/// <c>2*s0</c> through sympy's Mul and Symbol. An argument is a tensor's name, or JSON when it starts with <c>{</c>.
/// </summary>
internal sealed class ProgramText
{
    private readonly List<string> _inputs = [], _inputSpecs = [], _nodes = [], _outputs = [], _outputSpecs = [], _tensors = [], _ints = [], _bools = [], _ranges = [];
    private readonly List<(string Name, string Meta, byte[] Bytes)> _weights = [];

    public List<string> Guards { get; } = [];

    public string? OutputSpec { get; set; }

    public ProgramText Input(string name, string type)
    {
        _inputs.Add(Tensor(name));
        _inputSpecs.Add($$"""{"user_input": {"arg": {{Tensor(name)}} } }""");
        return Type(name, type);
    }

    public ProgramText IntInput(string name, string expression)
    {
        _inputs.Add($$$"""{"as_sym_int": {"as_name": "{{{name}}}"}}""");
        _inputSpecs.Add($$$"""{"user_input": {"arg": {"as_sym_int": {"as_name": "{{{name}}}"} } } }""");
        return Size(name, expression);
    }

    public ProgramText Constant(string name, string value)
    {
        _inputs.Add(value);
        _inputSpecs.Add($$$"""{"constant_input": {"name": "{{{name}}}", "value": {{{value}}}}}""");
        return this;
    }

    public ProgramText Buffer(string name, string type, string? storage = null)
    {
        _inputs.Add(Tensor(name));
        _inputSpecs.Add($$$"""{"buffer": {"arg": {"name": "{{{name}}}"}, "buffer_name": "{{{name}}}.path", "persistent": true}}""");
        _weights.Add((name, Meta(type), new byte[1024]));
        _storages[name] = storage ?? name;
        return Type(name, type);
    }

    private readonly Dictionary<string, string> _storages = [];

    public ProgramText Range(string key, string min, string max)
    {
        _ranges.Add($$"""{{Json(key)}}: {"min_val": {{min}}, "max_val": {{max}}}""");
        return this;
    }

    public ProgramText Size(string name, string expression)
    {
        _ints.Add($"{Json(name)}: {SizeJson(expression)}");
        return this;
    }

    public ProgramText Type(string name, string type)
    {
        _tensors.Add($"{Json(name)}: {Meta(type)}");
        return this;
    }

    /// <summary>A node of <c>aten</c> when the target has no dot in front; with one result.</summary>
    public ProgramText Node(string result, string type, string target, params (string Name, string Value)[] arguments)
    {
        Type(result, type);
        return Call([Tensor(result)], target, arguments);
    }

    /// <summary>A node with any results.</summary>
    public ProgramText Call(string[] results, string target, params (string Name, string Value)[] arguments)
    {
        bool isFull = target.StartsWith("_operator.", StringComparison.Ordinal) || target.StartsWith("builtins.", StringComparison.Ordinal) || target.StartsWith("torch.", StringComparison.Ordinal);
        string full = isFull ? target : $"torch.ops.aten.{target}";
        _nodes.Add($$$"""
            {"target": "{{{full}}}", "inputs": [{{{string.Join(", ", arguments.Select(static a => $$"""{"name": "{{a.Name}}", "arg": {{Argument(a.Value)}}}"""))}}}],
             "outputs": [{{{string.Join(", ", results)}}}], "metadata": {{{Metadata}}}}
            """);
        return this;
    }

    public string Metadata { get; set; } = """{"stack_trace": "File \"a/model.py\", line 31, in forward\n    x\n  File \"site-packages/torch/nn/modules/linear.py\", line 5, in forward", "nn_module_stack": "L__self__,,M;k,layers.0.mlp,MLP"}""";

    public ProgramText Output(string name)
    {
        string argument = Argument(name);
        _outputs.Add(argument);
        _outputSpecs.Add($$"""{"user_output": {"arg": {{argument}} } }""");
        return this;
    }

    public ProgramText Mutation(string kind, string target, string name)
    {
        _outputs.Add(Tensor(name));
        string key = kind == "user_input_mutation" ? "user_input_name" : "buffer_name";
        _outputSpecs.Add($$$"""{"{{{kind}}}": {"arg": {"name": "{{{name}}}"}, "{{{key}}}": "{{{target}}}"}}""");
        return this;
    }

    /// <summary>The graph alone, for bodies of higher-order operators.</summary>
    public string Body() => $$$"""
        {"inputs": [{{{string.Join(", ", _inputs)}}}], "outputs": [{{{string.Join(", ", _outputs)}}}], "nodes": [{{{string.Join(", ", _nodes)}}}],
         "tensor_values": { {{{string.Join(", ", _tensors)}}} }, "sym_int_values": { {{{string.Join(", ", _ints)}}} }}
        """;

    public string Build() => Programs.Text(
        string.Join(", ", _nodes), string.Join(", ", _inputs), string.Join(", ", _outputs), string.Join(", ", _tensors), string.Join(", ", _inputSpecs),
        string.Join(", ", _outputSpecs), string.Join(", ", _ranges), string.Join(", ", _ints), string.Join(", ", _bools),
        string.Join(", ", Guards.Select(Json)),
        OutputSpec is null ? "" : $$$"""{"fqn": "", "signature": {"inputs": [], "outputs": [], "in_spec": "", "out_spec": {{{Json(OutputSpec)}}}}}""");

    public byte[] File()
    {
        ZipBuilder zip = Programs.Raw(Build());
        foreach (var (name, _, bytes) in _weights)
            if (_storages[name] == name)
                zip.Add($"m/data/weights/{name}", bytes);
        string config = string.Join(", ", _weights.Select(w => $$$"""{{{Json(w.Name + ".path")}}}: {"path_name": "{{{_storages[w.Name]}}}", "is_param": false, "use_pickle": false, "tensor_meta": {{{w.Meta}}} }"""));
        return zip.Add("m/data/weights/model_weights_config.json", $$"""{"config": { {{config}} } }""").Build();
    }

    public ImportedModel Import(OperatorRegistry? registry = null, ImportOptions? options = null)
    {
        using var folder = new TempFolder();
        return TorchExportImporter.Import(folder.Write("m.pt2", File()), registry ?? TestOperators.Registry(), options);
    }

    /// <summary>The error's text, in which the file is <c>m.pt2</c>.</summary>
    public string Fails(OperatorRegistry? registry = null)
    {
        using var folder = new TempFolder();
        string path = folder.Write("m.pt2", File());
        var fault = Assert.Throws<Evergraph.Graph.Import.ImportException>(() => TorchExportImporter.Import(path, registry ?? TestOperators.Registry()));
        return fault.Message.Replace(path, "m.pt2", StringComparison.Ordinal);
    }

    public static string Tensor(string name) => $$$"""{"as_tensor": {"name": "{{{name}}}"}}""";

    public static string SymInt(string name) => $$$"""{"as_sym_int": {"as_name": "{{{name}}}"}}""";

    private static string Argument(string value) => value.StartsWith('{') ? value : Tensor(value);

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static string Meta(string type)
    {
        int bracket = type.IndexOf('[', StringComparison.Ordinal);
        int code = type[..bracket] switch { "f32" => 7, "i64" => 5, "i32" => 4, "bf16" => 13, "bool" => 12, "i16" => 3, _ => 7 };
        string[] sizes = type[(bracket + 1)..^1].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        long stride = 1;
        var strides = new List<string>();
        foreach (string size in sizes.Reverse())
        {
            strides.Insert(0, SizeJson($"{stride}"));
            stride *= long.TryParse(size, out long number) ? number : 1;
        }
        return $$$"""{"dtype": {{{code}}}, "sizes": [{{{string.Join(", ", sizes.Select(SizeJson))}}}], "strides": [{{{string.Join(", ", strides)}}}], "storage_offset": {"as_int": 0}, "device": {"type": "cpu"}, "requires_grad": false, "layout": 7}""";
    }

    private static string SizeJson(string size) => long.TryParse(size, CultureInfo.InvariantCulture, out long number)
        ? $$"""{"as_int": {{number}}}"""
        : $$$"""{"as_expr": {"expr_str": {{{Json(Sympy(size))}}}, "hint": null} }""";

    private static string Sympy(string size) => size.All(char.IsAsciiLetterOrDigit)
        ? $"Symbol('{size}', positive=True, integer=True)"
        : size.Split('*') is [var factor, var symbol] && long.TryParse(factor, out _) ? $"Mul(Integer({factor}), {Sympy(symbol)})" : size;
}
