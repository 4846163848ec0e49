using Evergraph.Graph.Import;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Import;

public sealed class ProgramImportTests
{
    private static ProgramText X() => new ProgramText().Input("x", "f32[s0; 4]").Range("s0", "2", "null");

    [Fact]
    public void All_unknown_operators_are_listed_with_what_to_do()
    {
        string text = X()
            .Node("a", "f32[s0; 4]", "relu.default", ("self", "x"))
            .Node("b", "f32[s0; 4]", "torch.ops.my.op.default", ("x", "a"))
            .Node("c", "f32[s0; 4]", "torch.ops.my.op.default", ("x", "b"))
            .Node("d", "f32[s0; 4]", "torch.ops.my.other.out", ("x", "b"))
            .Node("e", "f32[s0; 4]", "torch.ops.higher_order.cond", ("", "c"))
            .Node("f", "f32[s0; 4]", "_operator.xor", ("a", "c"))
            .Node("g", "f32[s0; 4]", "exp_.default", ("self", "c"))
            .Call([ProgramText.Tensor("h")], "clone.default", ("self", """{"as_graph": {"name": "g", "graph": {"nodes": [{"target": "torch.ops.my.inner.default", "inputs": [], "outputs": [], "name": "in"}]}}}"""))
            .Fails();
        Assert.Equal(
            "m.pt2: 6 operators are not known: my::op (not registered; 2 nodes, for example 'b'); _operator.xor (a Python function, not an operator; 1 node, for example 'f'); "
            + "aten::exp_ (in place, and its pure form aten::exp is not registered; 1 node, for example 'g'); my::inner (not registered; 1 node, for example 'in'); "
            + "my::other.out (not registered; 1 node, for example 'd'); torch.ops.higher_order.cond (a higher-order operator, whose body cannot be inlined; 1 node, for example 'e'). "
            + "Register each: write a static partial class with [CustomOp(\"ns::name(...) -> ...\")] in an assembly that references Evergraph, and load it with --ops ASSEMBLY.dll (or OperatorRegistry.Register)",
            text);
    }

    [Fact]
    public void Operators_that_write_into_an_argument_are_refused()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define("my::write(Tensor(a!) x) -> Tensor(a!)", static a => [a.Tensor(0)]));
        Assert.Contains("my::write (its schema writes into an argument, and graphs are functional; 1 node", X().Node("b", "f32[s0; 4]", "torch.ops.my.write.default", ("x", "x")).Fails(registry));
    }

    [Theory]
    [InlineData("__and__.Tensor", "aten::__and__.Tensor (not registered;")]
    [InlineData("exp_.out", "aten::exp_.out (in place, and its pure form aten::exp.out is not registered;")]
    public void Only_a_single_underscore_at_the_end_means_in_place(string target, string expected) =>
        Assert.Contains(expected, X().Node("y", "f32[s0; 4]", target, ("self", "x")).Fails());

    [Fact]
    public void The_body_of_set_grad_enabled_stands_where_it_stands()
    {
        string body = new ProgramText().Input("x", "f32[s0; 4]").IntInput("k", "s0")
            .Node("inner", "f32[s0; 4]", "relu.default", ("self", "x"))
            .Node("full", "f32[s0]", "full.default", ("size", """{"as_sym_ints": [{"as_name": "k"}]}"""), ("fill_value", """{"as_float": 1.0}"""))
            .Output("inner").Output("full").Body();
        ImportedModel model = X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Type("o1", "f32[s0; 4]").Type("o2", "f32[s0]")
            .Call([ProgramText.Tensor("o1"), ProgramText.Tensor("o2")], "torch.ops.higher_order.wrap_with_set_grad_enabled",
                ("", """{"as_bool": false}"""), ("", $$$"""{"as_graph": {"name": "g", "graph": {{{body}}} }}"""), ("", "x"), ("", ProgramText.SymInt("n")))
            .Output("o1").Output("o2").Import();
        Assert.Equal(["aten::relu", "aten::full"], model.Graph.Nodes.Select(static n => n.Operator.Name));
        Assert.Equal(["float32[s0, 4]", "float32[s0]"], model.Graph.Outputs.Select(o => model.Graph.TypeOf(o.Value).ToString()));
        Assert.Equal(1, model.Report.Operators["aten::relu"]);
    }

    [Fact]
    public void A_body_that_does_not_fit_is_told()
    {
        string body = new ProgramText().Input("x", "f32[s0; 4]").Output("x").Body();
        ProgramText Program(string[] results, params string[] inputs) => X().Call([.. results.Select(ProgramText.Tensor)], "torch.ops.higher_order.wrap_with_set_grad_enabled",
            [("", """{"as_bool": false}"""), ("", $$$"""{"as_graph": {"name": "g", "graph": {{{body}}} }}"""), .. inputs.Select(static i => ("", i))]);
        Assert.Contains("its graph 'g' takes 1 inputs, given 2", Program(["o"], "x", "x").Fails());
        Assert.Contains("its graph has 1 outputs, expected 2", Program(["o", "p"], "x").Fails());
        Assert.Contains("expected a bool, a graph and the graph's inputs", X().Call([], "torch.ops.higher_order.wrap_with_set_grad_enabled", ("", "x")).Fails());
    }

    [Fact]
    public void Lists_of_results_and_their_items_are_values()
    {
        TensorGraph graph = new ProgramText().Input("x", "f32[4]").Type("a", "f32[2]").Type("b", "f32[2]").Type("c", "f32[2]")
            .Call(["""{"as_tensors": [{"name": "a"}, {"name": "b"}]}"""], "split.Tensor", ("self", "x"), ("split_size", """{"as_int": 2}"""))
            .Call([ProgramText.Tensor("c")], "_operator.getitem", ("a", """{"as_tensors": [{"name": "a"}, {"name": "b"}]}"""), ("b", """{"as_int": -1}"""))
            .Output("c").Import().Graph;
        Assert.Equal(graph.ResultOf(0, 1), graph.Outputs[0].Value);
        Assert.Contains("expected the index of a tensor in a list of 1, given 5", new ProgramText().Input("x", "f32[4]")
            .Call([ProgramText.Tensor("c")], "_operator.getitem", ("a", """{"as_tensors": [{"name": "x"}]}"""), ("b", """{"as_int": 5}""")).Fails());
    }

    [Fact]
    public void Another_number_of_results_than_the_schema_has_is_told() => Assert.Contains(
        "node 'v' (torch.ops.aten.topk.default) at layers.0.mlp (model.py:31): expected 2 results of 'aten::topk(",
        X().Call([ProgramText.Tensor("v")], "topk.default", ("self", "x"), ("k", """{"as_int": 2}""")).Fails());

    [Fact]
    public void Names_are_defined_once_and_before_they_are_read()
    {
        Assert.Contains("node 'y' (torch.ops.aten.relu.default) at layers.0.mlp (model.py:31): defines 'y', which is defined already",
            X().Node("y", "f32[s0; 4]", "relu.default", ("self", "x")).Node("y", "f32[s0; 4]", "relu.default", ("self", "x")).Fails());
        // A cycle is a name that is read before it is defined.
        Assert.Contains("node 'a' (torch.ops.aten.relu.default) at layers.0.mlp (model.py:31): reads tensor 'b', which no input and no earlier node defines",
            X().Node("a", "f32[s0; 4]", "relu.default", ("self", "b")).Node("b", "f32[s0; 4]", "relu.default", ("self", "a")).Fails());
        Assert.Contains("the graph: reads tensor 'gone', which no input and no earlier node defines", X().Output("gone").Fails());
    }

    [Fact]
    public void Numbers_are_inputs_and_outputs_too()
    {
        ImportedModel model = X().IntInput("n", "s5").Range("s5", "0", "9").Constant("flag", """{"as_int": 3}""").Constant("mode", """{"as_string": "a"}""").Constant("none", """{"as_none": true}""")
            .Output("x").Output(ProgramText.SymInt("n")).Output("""{"as_int": 7}""").Output("""{"as_none": true}""").Output("""{"as_float": 0.5}""").Import();
        Assert.Equal(["x", "n", "flag"], model.Graph.Inputs.Select(static i => i.Name));
        Assert.Equal("s5", model.Graph.Inputs[1].Number.ToString());
        Assert.Equal("3", model.Graph.Inputs[2].Number.ToString());
        Assert.Equal(["mode = 'a'", "none = None"], model.Report.FixedInputs);
        Assert.Equal(["float32[s0, 4]", "int64[]", "int64[]", "float64[]"], model.Graph.Outputs.Select(o => model.Graph.TypeOf(o.Value).ToString()));
        Assert.Equal("s5", GraphPrinter.PrintArgument(model.Graph.Nodes[0].Arguments[0]));
        Assert.Empty(GraphVerifier.Verify(model.Graph));
        Assert.Contains("1 operator is not known: aten::scalar_tensor (not registered", X().Output("""{"as_int": 7}""").Fails(TestOperators.Without("aten::scalar_tensor")));
    }

    [Theory]
    [InlineData("""[1, {"type": null, "context": null, "children_spec": []}]""", 1, "output")]
    [InlineData("""[1, {"type": "builtins.tuple", "context": "null", "children_spec": [{"type": null, "children_spec": []}, {"type": null, "children_spec": []}]}]""", 2, "output0 output1")]
    [InlineData("""[1, {"type": "builtins.dict", "context": "[\"a\", \"b\"]", "children_spec": [{"type": null, "children_spec": []}, {"type": "builtins.list", "context": "null", "children_spec": [{"type": null, "children_spec": []}]}]}]""", 2, "a b.output0")]
    [InlineData("""[1, {"type": "transformers.modeling_outputs.CausalLMOutput", "context": "{}", "children_spec": [{"type": null, "children_spec": []}, {"type": null, "children_spec": []}]}]""", 2, "output0 output1")]
    [InlineData("""[1, {"type": "builtins.dict", "context": "[\"a\", \"a\"]", "children_spec": [{"type": null, "children_spec": []}, {"type": null, "children_spec": []}]}]""", 2, "output0 output1")]
    [InlineData("""[1, {"type": "builtins.dict", "context": "[\"a\"]", "children_spec": [{"type": null, "children_spec": []}]}]""", 2, "output0 output1")]
    [InlineData("""[1, {"type": "builtins.dict", "context": "not json", "children_spec": []}]""", 1, "output")]
    [InlineData("not json", 2, "output0 output1")]
    [InlineData("""[1]""", 1, "output")]
    [InlineData("""{"a": 1}""", 1, "output")]
    public void Outputs_have_the_names_of_the_dictionarys_keys(string spec, int count, string expected)
    {
        ProgramText program = X();
        program.OutputSpec = spec;
        for (int i = 0; i < count; i++)
            program.Output("x");
        Assert.Equal(expected, string.Join(' ', program.Import().Graph.Outputs.Select(static o => o.Name)));
    }

    [Theory]
    [InlineData("k,m.model.layers.0.mlp,T", "m.model.layers.0.mlp")]
    [InlineData("a,,M;b,L['self'].model.norm,N", "model.norm")]
    [InlineData("a,L__self__.x,M", "x")]
    [InlineData("_empty_nn_module_stack_from_metadata_hook,_empty_nn_module_stack_from_metadata_hook,x", "")]
    [InlineData("nothing", "")]
    [InlineData("", "")]
    public void Sources_have_the_innermost_module(string stack, string expected)
    {
        ProgramText program = X();
        program.Metadata = $$"""{"nn_module_stack": {{System.Text.Json.JsonSerializer.Serialize(stack)}}}""";
        Assert.Equal(expected, program.Node("y", "f32[s0; 4]", "relu.default", ("self", "x")).Import().Graph.Nodes[0].Source.Module);
    }

    [Theory]
    [InlineData("File \"a/user.py\", line 9, in forward\n    x\n  File \"site-packages/transformers/models/qwen3/modeling_qwen3.py\", line 128, in forward\n    y\n  File \"site-packages/torch/nn/x.py\", line 5, in f", "modeling_qwen3.py:128")]
    [InlineData("File \"torch/fx/passes/runtime_assert.py\", line 24, in insert", ":0")]
    [InlineData("File \"a.py\", line 99999999999, in f", ":0")]
    [InlineData("File \"a.py", ":0")]
    [InlineData("File \"\", line 4", ":4")]
    [InlineData("File \"my_torch/a.py\", line 4", "a.py:4")]
    public void Sources_have_the_deepest_line_that_is_not_PyTorchs(string trace, string expected)
    {
        ProgramText program = X();
        program.Metadata = $$"""{"stack_trace": {{System.Text.Json.JsonSerializer.Serialize(trace)}}}""";
        NodeSource source = program.Node("y", "f32[s0; 4]", "relu.default", ("self", "x")).Import().Graph.Nodes[0].Source;
        Assert.Equal(expected, $"{source.File}:{source.Line}");
    }

    [Fact]
    public void Assertions_about_tensors_are_checked_and_dropped()
    {
        ProgramText Assert1(params (string, string)[] arguments) => X().Call([], "_assert_tensor_metadata.default", [("a", "x"), .. arguments]).Output("x");
        Assert.Empty(Assert1(("dtype", """{"as_scalar_type": 7}"""), ("device", """{"as_device": {"type": "cpu"}}"""), ("layout", """{"as_layout": 7}""")).Import().Graph.Nodes);
        Assert.Contains("asserts int64, given float32[s0, 4]; correct the fake", Assert1(("dtype", """{"as_scalar_type": 5}""")).Fails());
        Assert.Contains("asserts sizes [3, 4], given float32[s0, 4]", Assert1(("size", """{"as_ints": [3, 4]}""")).Fails());
        Assert.Contains("asserts sizes [4], given float32[s0, 4]", Assert1(("size", """{"as_ints": [4]}""")).Fails());
        Assert.Contains("expected a tensor as argument a, given none", X().Call([], "_assert_tensor_metadata.default", ("dtype", """{"as_scalar_type": 7}""")).Fails());
    }

    [Fact]
    public void Assertions_about_sizes_are_proven_refuted_or_kept()
    {
        ProgramText Program(string relation, long bound) => X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Call(["""{"as_sym_bool": {"as_name": "c"}}"""], $"_operator.{relation}", ("a", ProgramText.SymInt("n")), ("b", $$"""{"as_int": {{bound}}}"""))
            .Call([], "_assert_scalar.default", ("self", """{"as_sym_bool": {"as_name": "c"}}"""), ("assert_msg", """{"as_string": "rows are bounded"}""")).Output("x");
        Assert.Empty(Program("ge", 0).Import().Graph.Requirements);
        ImportedModel kept = Program("le", 512).Import();
        Assert.Equal("aten::_assert_scalar at layers.0.mlp (model.py:31): rows are bounded: expected s0 <= 512, given s0", Assert.Single(kept.Graph.Requirements).Describe());
        Assert.Contains("rows are bounded: expected s0 < 0, which holds for no size in the declared ranges", Program("lt", 0).Fails());
        // Proven from 2 on only: the range stays as declared.
        Assert.Equal(2, Program("ge", 2).Import().Graph.Symbols()[0].Min);
    }

    [Fact]
    public void Ranges_of_sizes_are_asserted_too()
    {
        ImportedModel model = X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Call([], "sym_constrain_range_for_size.default", ("size", ProgramText.SymInt("n")), ("min", """{"as_int": 0}"""), ("max", """{"as_int": 100}""")).Output("x").Import();
        Assert.Equal("s0 <= 100", Assert.Single(model.Graph.Requirements).Condition.ToString());
    }

    [Fact]
    public void Inputs_that_cannot_be_are_told()
    {
        Assert.Contains("input 'x' has size -3, expected 0 or more", new ProgramText().Input("x", "f32[-3]").Fails());
        Assert.Contains("a size of input 'x' is not understood", new ProgramText().Input("x", "f32[Foo(1)]").Fails());
        Assert.Contains("no input has size s9 by itself", new ProgramText().Input("x", "f32[2*s9]").Fails());
        Assert.Contains("input '' is an effect token, which is not supported", Fails(inputSpecs: """{"token": {"arg": {"name": "t"}}}"""));
        Assert.Contains("input 'o' is a script object, which is not supported", Fails(inputSpecs: """{"custom_obj": {"arg": {"name": "t"}, "custom_obj_name": "o"}}"""));
        Assert.Contains("the program uses parameter 'w', of which the file stores no value", Fails(inputSpecs: """{"parameter": {"arg": {"name": "p"}, "parameter_name": "w"}}"""));
        Assert.Contains("input 'x' has no element type and sizes in tensor_values", Fails(inputSpecs: """{"user_input": {"arg": {"as_tensor": {"name": "x"}}}}"""));
        Assert.Contains("output 'p' is a gradient, which is not supported", Fails(outputSpecs: """{"gradient_to_parameter": {"arg": {"name": "p"}, "parameter_name": "p"}}"""));
    }

    [Fact]
    public void A_fake_that_fails_in_its_own_way_is_told_as_such()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define("t::bad(Tensor x) -> Tensor", static a => [new(DType.Float32, [a.Tensor(0).Shape[7]])]));
        Assert.Contains("node 'y' (torch.ops.t.bad.default) at layers.0.mlp (model.py:31): the fake of t::bad failed with IndexOutOfRangeException",
            X().Node("y", "f32[s0; 4]", "torch.ops.t.bad.default", ("x", "x")).Fails(registry));
    }

    private static string Fails(string inputSpecs = "", string outputSpecs = "")
    {
        using var folder = new TempFolder();
        string path = folder.Write("m.pt2", Programs.Raw(Programs.Text(inputSpecs: inputSpecs, outputSpecs: outputSpecs)).Build());
        return Assert.Throws<ImportException>(() => TorchExportImporter.Import(path, TestOperators.Registry())).Message;
    }
}
