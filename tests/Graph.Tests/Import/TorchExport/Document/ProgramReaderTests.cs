using System.Text;
using Evergraph.Graph.Import;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

public sealed class ProgramReaderTests
{
    private static string Fails(string json) => Assert.Throws<ImportException>(() => Programs.Read(json)).Message;

    private static ExportedArgument Argument(string json) => Programs.Read(Programs.Text(Node(json))).Graph.Nodes[0].Inputs[0].Value;

    private static string Node(string argument) =>
        $$$"""{"target": "torch.ops.aten.add.Tensor", "inputs": [{"name": "self", "arg": {{{argument}}}, "kind": 1}], "outputs": [], "metadata": {}}""";

    [Fact]
    public void Every_kind_of_argument_is_read()
    {
        Assert.Equal(new ExportedArgument.Tensor("x"), Argument("""{"as_tensor": {"name": "x"}}"""));
        Assert.Equal(["x", "y"], Assert.IsType<ExportedArgument.Tensors>(Argument("""{"as_tensors": [{"name": "x"}, {"name": "y"}]}""")).Names);
        Assert.Equal(["x", null], Assert.IsType<ExportedArgument.Tensors>(Argument("""{"as_optional_tensors": [{"as_tensor": {"name": "x"}}, {"as_none": true}]}""")).Names);
        Assert.Equal(new ExportedArgument.Tensor("x"), Argument("""{"as_optional_tensor": {"as_tensor": {"name": "x"}}}"""));
        Assert.IsType<ExportedArgument.None>(Argument("""{"as_optional_tensor": {"as_none": []}}"""));
        Assert.IsType<ExportedArgument.None>(Argument("""{"as_none": true}"""));
        Assert.IsType<ExportedArgument.None>(Argument("""{"as_none": []}"""));
        Assert.Equal(new ExportedArgument.Int(long.MaxValue), Argument("""{"as_int": 9223372036854775807}"""));
        Assert.Equal([1L, -2], Assert.IsType<ExportedArgument.Ints>(Argument("""{"as_ints": [1, -2]}""")).Values);
        Assert.Equal(new ExportedArgument.Float(1e-6), Argument("""{"as_float": 1e-06}"""));
        Assert.Equal([0.5, double.NegativeInfinity], Assert.IsType<ExportedArgument.Floats>(Argument("""{"as_floats": [0.5, "-Infinity"]}""")).Values);
        Assert.Equal(new ExportedArgument.Bool(true), Argument("""{"as_bool": true}"""));
        Assert.Equal([true, false], Assert.IsType<ExportedArgument.Bools>(Argument("""{"as_bools": [true, false]}""")).Values);
        Assert.Equal(new ExportedArgument.Text("a\"b\n"), Argument("""{"as_string": "a\"b\n"}"""));
        Assert.Equal(["a", "b"], Assert.IsType<ExportedArgument.Texts>(Argument("""{"as_strings": ["a", "b"]}""")).Values);
        Assert.Equal(new ExportedArgument.SymInt(new(0, "n")), Argument("""{"as_sym_int": {"as_name": "n"}}"""));
        Assert.Equal(new ExportedArgument.SymInt(new(4, null)), Argument("""{"as_sym_int": {"as_int": 4}}"""));
        Assert.Equal([new(0, "n"), new(7, null)], Assert.IsType<ExportedArgument.SymInts>(Argument("""{"as_sym_ints": [{"as_name": "n"}, {"as_int": 7}]}""")).Values);
        Assert.Equal(new ExportedArgument.SymBool("ge"), Argument("""{"as_sym_bool": {"as_name": "ge"}}"""));
        Assert.Equal(new ExportedArgument.Bool(true), Argument("""{"as_sym_bool": {"as_bool": true}}"""));
        Assert.Equal(new ExportedArgument.SymFloat("f"), Argument("""{"as_sym_float": {"as_name": "f"}}"""));
        Assert.Equal(new ExportedArgument.ScalarType(13), Argument("""{"as_scalar_type": 13}"""));
        Assert.Equal(new ExportedArgument.MemoryFormat(4), Argument("""{"as_memory_format": 4}"""));
        Assert.Equal(new ExportedArgument.Layout(7), Argument("""{"as_layout": 7}"""));
        Assert.Equal(new ExportedArgument.Device("cuda:1"), Argument("""{"as_device": {"type": "cuda", "index": 1}}"""));
        Assert.Equal(new ExportedArgument.Device("cpu"), Argument("""{"as_device": {"type": "cpu", "index": null}}"""));
        var body = Assert.IsType<ExportedArgument.Subgraph>(Argument("""{"as_graph": {"name": "sub", "graph": {"inputs": [], "outputs": [], "nodes": []}}}"""));
        Assert.Equal("sub", body.Name);
    }

    [Fact]
    public void Missing_and_null_are_the_same_and_unknown_keys_are_passed_over()
    {
        Assert.Equal(new ExportedArgument.Int(3), Argument("""{"as_tensor": null, "as_int": 3, "as_float": null}"""));
        ExportedNode node = Programs.Read(Programs.Text("""
            {"target": "torch.ops.aten.add.Tensor", "inputs": [], "outputs": [{"as_tensor": {"name": "add", "more": {"a": [1, {}]}}}],
             "metadata": {"stack_trace": null, "new": "x"}, "name": null, "is_hop_single_tensor_return": null, "new": [[]]}
            """)).Graph.Nodes[0];
        Assert.Equal("add", node.Name);
        Assert.Null(node.StackTrace);
    }

    [Theory]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    [InlineData("\"Infinity\"", double.PositiveInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("1e999", double.PositiveInfinity)]
    public void Numbers_that_JSON_lacks_are_read_bare_and_quoted(string text, double expected)
    {
        Assert.Equal(new ExportedArgument.Float(expected), Argument($$"""{"as_float": {{text}}}"""));
        // A text that only mentions them stays as it is.
        Assert.Equal(new ExportedArgument.Text("x Infinity \" -Infinity NaN"), Argument("""{"as_string": "x Infinity \" -Infinity NaN"}"""));
    }

    [Fact]
    public void An_unknown_kind_names_the_node_and_the_argument()
    {
        Assert.Equal(
            "m.pt2: models/model.json: node 0 (torch.ops.aten.add.Tensor): self: unknown argument kind 'as_complex'; the file is damaged or newer than this reader, export it again",
            Fails(Programs.Text(Node("""{"as_complex": {"real": 1, "imag": 2}}"""))));
        Assert.Contains("self: expected an object with one key, given 'as_int' and 'as_float'", Fails(Programs.Text(Node("""{"as_int": 1, "as_float": 2}"""))));
        Assert.Contains("self: expected an object with one key such as as_tensor, given none", Fails(Programs.Text(Node("{}"))));
    }

    [Fact]
    public void A_node_inside_a_nested_graph_is_named_through_its_parents()
    {
        string inner = Node("""{"as_new": 1}""");
        Assert.Contains(
            "node 0 (torch.ops.aten.add.Tensor): node 0 (torch.ops.aten.add.Tensor): self: unknown argument kind 'as_new'",
            Fails(Programs.Text(Node($$$"""{"as_graph": {"name": "sub", "graph": {"inputs": [], "outputs": [], "nodes": [{{{inner}}}]} }}"""))));
    }

    [Theory]
    [InlineData("""{"as_int": 9223372036854775808}""", "self: expected an integer of 64 bits, given 9223372036854775808")]
    [InlineData("""{"as_int": 1.5}""", "self: expected an integer of 64 bits, given 1.5")]
    [InlineData("""{"as_int": "1"}""", "self: expected an integer of 64 bits, given the text \"1\"")]
    [InlineData("""{"as_ints": {"a": 1}}""", "self: expected a list, given an object")]
    [InlineData("""{"as_float": "big"}""", "self: expected a number, given the text \"big\"")]
    [InlineData("""{"as_tensor": {"nom": "x"}}""", "self: expected a name, given none")]
    [InlineData("""{"as_bool": 1}""", "self: expected true or false, given 1")]
    [InlineData("""{"as_scalar_type": -4}""", "self: expected a small code, given -4")]
    [InlineData("""{"as_ints": [null]}""", "self: expected an integer of 64 bits, given null")]
    [InlineData("""{"as_sym_int": {}}""", "self: expected as_name or as_int, given none")]
    public void Wrong_values_are_told(string argument, string expected) => Assert.Contains(expected, Fails(Programs.Text(Node(argument))));

    [Fact]
    public void Missing_parts_are_told()
    {
        Assert.Contains("expected 'graph_module' with 'graph', given none", Fails("{}"));
        Assert.Contains("graph: expected 'nodes', given none", Fails("""{"graph_module": {"graph": {}}}"""));
        Assert.Contains("expected 'graph_module' with 'signature', given none", Fails("""{"graph_module": {"graph": {"nodes": []}}}"""));
        Assert.Contains("node 0: expected 'target', given none", Fails(Programs.Text("{}")));
        Assert.Contains("node 0 (t): expected 'inputs', given none", Fails(Programs.Text("""{"target": "t"}""")));
        Assert.Contains("input_specs: unknown kind 'magic'", Fails(Programs.Text(inputSpecs: """{"magic": {}}""")));
        Assert.Contains("output_specs: unknown kind 'magic'", Fails(Programs.Text(outputSpecs: """{"magic": {}}""")));
        Assert.Contains("tensor 'x': unknown dtype 77", Fails(Programs.Text(tensors: """ "x": {"dtype": 77, "sizes": []} """)));
        Assert.Contains("schema_version 9.0, expected 8.x", Fails(Programs.Text().Replace("\"major\": 8, \"minor\": 17", "\"major\": 9", StringComparison.Ordinal)));
    }

    [Fact]
    public void Text_that_is_not_JSON_is_told_with_its_byte()
    {
        Assert.Contains("not valid JSON at byte", Fails("{\"graph_module\": }"));
        Assert.Contains("not valid JSON at byte", Fails(Programs.Text()[..300]));
        Assert.Contains("not valid JSON at byte", Fails(Programs.Text() + "{}"));
        Assert.Contains("is not valid UTF-8", Assert.Throws<ImportException>(
            () => ProgramReader.Read([.. "{\"torch_version\": \""u8, 0xff, 0xfe, .. "\"}"u8], "m")).Message);
        Assert.Contains("is not valid UTF-8", Fails("""{"torch_version": "\ud800"}"""));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Assert.Contains("not valid JSON", Fails($$"""{"unknown": {{deep}}"""));
        string graph = """{"inputs": [], "outputs": [], "nodes": []}""";
        for (int i = 0; i < 20; i++)
            graph = $$$"""{"nodes": [{{{Node($$$"""{"as_graph": {"name": "g", "graph": {{{graph}}} }}""")}}}]}""";
        Assert.Contains("graphs are nested more than 16 deep", Fails($$$"""{"graph_module": {"graph": {{{graph}}} }}"""));
    }

    [Fact]
    public void Signature_ranges_and_guards_are_read()
    {
        ExportedProgram program = Programs.Read(Programs.Text(
            inputSpecs: """
            {"parameter": {"arg": {"name": "p"}, "parameter_name": "a.b"}}, {"buffer": {"arg": {"name": "b"}, "buffer_name": "c", "persistent": false}},
            {"tensor_constant": {"arg": {"name": "k"}, "tensor_constant_name": "d"}}, {"user_input": {"arg": {"as_tensor": {"name": "x"}}}},
            {"constant_input": {"name": "flag", "value": {"as_int": 3}}}, {"constant_input": {"name": "none", "value": null}},
            {"user_input": {"arg": {"as_sym_int": {"as_name": "n"}}}}, {"custom_obj": {"arg": {"name": "o", "class_fqn": "C"}, "custom_obj_name": "e"}},
            {"token": {"arg": {"name": "t"}}}
            """,
            outputSpecs: """
            {"user_output": {"arg": {"as_tensor": {"name": "y"}}}}, {"buffer_mutation": {"arg": {"name": "m"}, "buffer_name": "c"}},
            {"user_input_mutation": {"arg": {"name": "i"}, "user_input_name": "x"}}, {"loss_output": {"arg": {"name": "l"}}}
            """,
            ranges: """ "s77": {"min_val": 2, "max_val": null}, "2*s77": {"min_val": 4, "max_val": Infinity}, "u0": {"min_val": "-Infinity", "max_val": "Infinity"} """,
            guards: "\"L['x'].size()[0] != 1\""));
        Assert.Equal(
            [ExportedInputKind.Parameter, ExportedInputKind.Buffer, ExportedInputKind.TensorConstant, ExportedInputKind.UserInput, ExportedInputKind.ConstantInput,
             ExportedInputKind.ConstantInput, ExportedInputKind.UserInput, ExportedInputKind.CustomObject, ExportedInputKind.Token],
            program.Inputs.Select(static i => i.Kind));
        Assert.Equal("a.b", program.Inputs[0].Path);
        Assert.False(program.Inputs[1].IsPersistent);
        Assert.Equal(new ExportedArgument.Int(3), program.Inputs[4].Argument);
        Assert.IsType<ExportedArgument.None>(program.Inputs[5].Argument);
        Assert.Equal(
            [ExportedOutputKind.UserOutput, ExportedOutputKind.BufferMutation, ExportedOutputKind.UserInputMutation, ExportedOutputKind.LossOutput],
            program.Outputs.Select(static o => o.Kind));
        Assert.Equal("c", program.Outputs[1].Target);
        Assert.Equal(new("s77", new(2, null)), program.RangeConstraints[0]);
        Assert.Equal(new("2*s77", new(4, null)), program.RangeConstraints[1]);
        Assert.Equal(new("u0", new(null, null)), program.RangeConstraints[2]);
        Assert.Equal(["L['x'].size()[0] != 1"], program.Guards);
        Assert.Equal(new Version(8, 17), program.SchemaVersion);
    }

    [Fact]
    public void Strings_that_repeat_are_one_object()
    {
        string nodes = string.Join(",", Enumerable.Range(0, 3).Select(static i => Node($$"""{"as_int": {{i}}}""")));
        ExportedProgram program = Programs.Read(Programs.Text(nodes));
        Assert.Same(program.Graph.Nodes[0].Target, program.Graph.Nodes[2].Target);
    }

    [Fact]
    public void Ten_thousand_distinct_strings_stay_distinct()
    {
        string tensors = string.Join(",", Enumerable.Range(0, 10_000).Select(static i => $$"""{"as_string": "name{{i}}"}"""));
        ExportedProgram program = Programs.Read(Programs.Text(inputs: tensors));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(static i => new ExportedArgument.Text($"name{i}")), program.Graph.Inputs);
    }
}
