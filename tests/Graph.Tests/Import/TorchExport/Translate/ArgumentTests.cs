using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Import;

public sealed class ArgumentTests
{
    private const string Pi = """{"as_float": 3.5}""";

    private static ProgramText X(string type = "f32[s0; 4]") => new ProgramText().Input("x", type).Range("s0", "2", "null");

    private static string[] Arguments(TensorGraph graph, int node = 0) => [.. graph.Nodes[node].Arguments.Select(GraphPrinter.PrintArgument)];

    [Fact]
    public void Arguments_that_are_left_out_come_from_the_schema()
    {
        TensorGraph graph = X().Node("p", "f32[s0; 4]", "max_pool2d.default", ("self", "x"), ("kernel_size", """{"as_ints": [2, 2]}""")).Output("p").Import().Graph;
        Assert.Equal(["%0", "[2, 2]", "[]", "[0, 0]", "[1, 1]", "false"], Arguments(graph));
    }

    [Fact]
    public void One_number_stands_for_a_list_of_fixed_length()
    {
        TensorGraph graph = X().Node("p", "f32[s0; 4]", "max_pool2d.default", ("self", "x"), ("kernel_size", """{"as_int": 3}""")).Output("p").Import().Graph;
        Assert.Equal("[3, 3]", Arguments(graph)[1]);
    }

    [Fact]
    public void Every_kind_of_argument_is_translated()
    {
        OperatorRegistry registry = TestOperators.Registry().Register(TestOperators.Define(
            "t::all(Tensor a, Tensor? b, Tensor[] c, Tensor?[] d, SymInt e, SymInt[] f, int g, int[] h, float i, float[] j, bool k, bool[] l, str m, Scalar n, ScalarType o, Layout p, Device q, MemoryFormat r, SymInt? s=None, float? t=None) -> Tensor",
            static a => [a.Tensor(0)]));
        TensorGraph graph = X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Node("y", "f32[s0; 4]", "torch.ops.t.all.default",
                ("a", "x"), ("b", """{"as_none": true}"""), ("c", """{"as_tensors": [{"name": "x"}, {"name": "x"}]}"""),
                ("d", """{"as_optional_tensors": [{"as_none": true}, {"as_tensor": {"name": "x"}}]}"""), ("e", ProgramText.SymInt("n")),
                ("f", """{"as_sym_ints": [{"as_name": "n"}, {"as_int": 7}]}"""), ("g", """{"as_int": -1}"""), ("h", """{"as_ints": []}"""), ("i", """{"as_int": 2}"""),
                ("j", """{"as_floats": [0.5, "Infinity"]}"""), ("k", """{"as_bool": true}"""), ("l", """{"as_bools": [true, false]}"""), ("m", """{"as_string": "tanh"}"""),
                ("n", """{"as_bool": true}"""), ("o", """{"as_scalar_type": 13}"""), ("p", """{"as_layout": 7}"""), ("q", """{"as_device": {"type": "cuda", "index": 1}}"""), ("r", """{"as_memory_format": 2}"""))
            .Output("y").Import(registry).Graph;
        Assert.Equal(
            ["%0", "none", "[%0, %0]", "[none, %0]", "s0", "[s0, 7]", "-1", "[]", "2.0", "[0.5, inf]", "true", "[true, false]", "\"tanh\"", "true", "bfloat16", "\"strided\"", "\"cuda:1\"", "\"channels_last\"", "none", "none"],
            Arguments(graph));
    }

    [Theory]
    [InlineData("""{"as_int": 1}""", "1", "float32")]
    [InlineData("""{"as_float": 0.5}""", "0.5", "float32")]
    [InlineData("""{"as_bool": true}""", "true", "float32")]
    public void A_number_for_a_tensor_takes_the_overload_for_a_scalar(string number, string expected, string type)
    {
        TensorGraph graph = X().Node("y", "f32[s0; 4]", "add.Tensor", ("self", "x"), ("other", number)).Output("y").Import().Graph;
        Node node = Assert.Single(graph.Nodes);
        Assert.Equal("aten::add.Scalar", node.Operator.Name);
        Assert.Equal(expected, Arguments(graph)[1]);
        Assert.Equal(type, node.OutputTypes[0].DType.Name());
    }

    [Theory]
    [InlineData("f32[s0; 4]", """{"as_int": 2}""", "float32")]
    [InlineData("bf16[s0; 4]", """{"as_float": 0.5}""", "bfloat16")]
    [InlineData("i64[s0; 4]", """{"as_int": 2}""", "int64")]
    public void Without_such_an_overload_it_becomes_a_tensor_without_sizes_that_does_not_change_the_type(string type, string number, string expected)
    {
        TensorGraph graph = X(type).Node("y", type, "mul.Tensor", ("self", "x"), ("other", number)).Output("y").Import().Graph;
        Assert.Equal(["aten::scalar_tensor", "aten::mul.Tensor"], graph.Nodes.Select(static n => n.Operator.Name));
        Assert.Equal($"{expected}[]", graph.Nodes[0].OutputTypes[0].ToString());
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void A_number_of_a_higher_category_keeps_its_own_type()
    {
        TensorGraph graph = X("i64[s0; 4]").Node("y", "f32[s0; 4]", "mul.Tensor", ("self", "x"), ("other", Pi)).Output("y").Import().Graph;
        Assert.Equal("float32[]", graph.Nodes[0].OutputTypes[0].ToString());
    }

    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "relu.default", "self", "{\"as_none\": true}", "argument self: expected Tensor, given as_none" },
        { "relu.default", "self", "{\"as_string\": \"x\"}", "argument self: expected Tensor, given as_string" },
        { "relu.default", "self", "q", "reads tensor 'q', which no input and no earlier node defines" },
        { "relu.default", "self", "y", "reads tensor 'y', which no input and no earlier node defines" },
        { "relu.default", "input", "x", "argument self is missing and has no default in 'aten::relu(Tensor self) -> Tensor'" },
        { "cat.default", "tensors", "{\"as_optional_tensors\": [{\"as_none\": true}]}", "argument tensors: expected Tensor[], given as_tensors" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_arguments_are_told(string target, string name, string value, string expected)
    {
        string text = X().Node("y", "f32[s0; 4]", target, (name, value)).Fails();
        Assert.Contains(expected, text);
        Assert.StartsWith($"m.pt2: node 'y' (torch.ops.aten.{target}) at layers.0.mlp (model.py:31): ", text);
    }

    [Fact]
    public void Arguments_that_the_schema_does_not_have_are_told()
    {
        Assert.Contains("expected the arguments of 'aten::relu(Tensor self) -> Tensor', given also inplace",
            X().Node("y", "f32[s0; 4]", "relu.default", ("self", "x"), ("inplace", """{"as_bool": true}""")).Fails());
        Assert.Contains("given also one name twice", X().Node("y", "f32[s0; 4]", "relu.default", ("self", "x"), ("self", "x")).Fails());
    }

    [Fact]
    public void Element_types_and_layouts_that_we_do_not_have_are_told()
    {
        Assert.Contains("argument dtype: element type int16 is not one of float32,", X().Node("y", "f32[s0; 4]", "to.dtype", ("self", "x"), ("dtype", """{"as_scalar_type": 3}""")).Fails());
        Assert.Contains("argument layout: layout 2, expected 7 (strided): sparse tensors are not supported", X().Node("y", "f32[4]", "full.default",
            ("size", """{"as_ints": [4]}"""), ("fill_value", Pi), ("layout", """{"as_layout": 2}""")).Fails());
        Assert.Contains("argument memory_format: memory format 9", X().Node("y", "f32[4]", "clone.default", ("self", "x"), ("memory_format", """{"as_memory_format": 9}""")).Fails());
        Assert.Contains("input 'x' has elements of int16, expected one of float32,", new ProgramText().Input("x", "i16[4]").Fails());
    }

    [Fact]
    public void A_symbolic_size_is_not_a_plain_int() => Assert.Contains(
        "argument dim: expected int, given as_sym_int (a size that is symbolic; declare the parameter SymInt)",
        X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Node("y", "f32[s0; 4]", "softmax.int", ("self", "x"), ("dim", ProgramText.SymInt("n"))).Fails());

    [Fact]
    public void A_condition_on_sizes_is_an_argument_only_when_it_has_one_answer()
    {
        ProgramText Program(long bound) => X().Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Call(["""{"as_sym_bool": {"as_name": "c"}}"""], "_operator.ge", ("a", ProgramText.SymInt("n")), ("b", $$"""{"as_int": {{bound}}}"""))
            .Node("y", "f32[s0; 4]", "dropout.default", ("input", "x"), ("p", Pi), ("train", """{"as_sym_bool": {"as_name": "c"}}""")).Output("y");
        Assert.Equal("true", Arguments(Program(0).Import().Graph)[2]);
        Assert.Contains("argument train: 's0 >= 9' is true for some sizes and false for others", Program(9).Fails());
    }
}
