namespace Evergraph.Graph.Tests.Import;

/// <summary>Sizes as Python computes them against sizes as sympy writes them: each test reads both ways.</summary>
public sealed class SizeTests
{
    private const string S = "Symbol('s0', positive=True, integer=True)";
    private const string N = """{"as_sym_int": {"as_name": "n"}}""";

    private static ProgramText Program(string target, string[] operands, string recorded, string max = "null")
    {
        var program = new ProgramText().Input("x", "f32[s0]").Range("s0", "2", max)
            .Size("n", "s0").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", """{"as_int": 0}"""))
            .Size("m", recorded);
        string[] names = ["a", "b"];
        program.Call([ProgramText.SymInt("m")], target, [.. operands.Select((o, i) => (names[i], o))]);
        return program.Node("out", $"f32[{recorded}]", "full.default", ("size", """{"as_sym_ints": [{"as_name": "m"}]}"""), ("fill_value", """{"as_float": 1.0}""")).Output("out");
    }

    private static string Int(long value) => $$"""{"as_int": {{value}}}""";

    public static TheoryData<string, string[], string, string> Computed => new()
    {
        { "_operator.add", [N, Int(1)], $"Add({S}, Integer(1))", "s0 + 1" },
        { "_operator.sub", [N, Int(2)], $"Add({S}, Integer(-2))", "s0 - 2" },
        { "_operator.sub", [Int(5000), N], $"Add(Mul(Integer(-1), {S}), Integer(5000))", "-s0 + 5000" },
        { "_operator.mul", [N, N], $"Pow({S}, Integer(2))", "s0**2" },
        { "_operator.mul", [N, Int(3)], $"Mul(Integer(3), {S})", "3*s0" },
        { "_operator.floordiv", [N, Int(2)], $"FloorDiv({S}, Integer(2))", "s0 // 2" },
        { "_operator.floordiv", [N, Int(2)], $"CleanDiv({S}, Integer(2))", "s0 // 2" },
        { "_operator.mod", [N, Int(3)], $"PythonMod({S}, Integer(3))", "s0 % 3" },
        { "_operator.mod", [N, Int(3)], $"Mod({S}, Integer(3))", "s0 % 3" },
        { "_operator.pow", [N, Int(2)], $"Pow({S}, Integer(2))", "s0**2" },
        { "torch.sym_max", [N, Int(7)], $"Max(Integer(7), {S})", "max(7, s0)" },
        { "torch.sym_min", [N, Int(7)], $"Min(Integer(7), {S})", "min(7, s0)" },
        { "builtins.max", [N, Int(7)], $"Max({S}, Integer(7))", "max(7, s0)" },
        { "_operator.pos", [N], S, "s0" },
        { "_operator.index", [N], $"Identity({S})", "s0" },
    };

    [Theory]
    [MemberData(nameof(Computed))]
    public void Functions_of_sizes_are_evaluated_and_never_nodes(string target, string[] operands, string recorded, string expected)
    {
        // The maximum keeps 5000 - s0 a size.
        TensorGraph graph = Program(target, operands, recorded, "4096").Import(options: new() { WidenRanges = false }).Graph;
        Assert.Equal("aten::full", Assert.Single(graph.Nodes).Operator.Name);
        Dim size = graph.TypeOf(graph.Outputs[0].Value).Shape[0];
        Assert.Equal(DimText.Parse(expected, _ => new Symbol("s0", 2, 4096)), size);
    }

    [Fact]
    public void Sums_numbers_of_elements_and_negative_axes_are_sizes_too()
    {
        TensorGraph graph = new ProgramText().Input("x", "f32[s0; s1]").Range("s0", "2", "null").Range("s1", "2", "null")
            .Size("n", "s1").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "x"), ("dim", Int(-1)))
            .Size("e", "Mul(Symbol('s0'), Symbol('s1'))").Call([ProgramText.SymInt("e")], "sym_numel.default", ("self", "x"))
            .Size("t", "Add(Symbol('s1'), Mul(Symbol('s0'), Symbol('s1')), Integer(4))")
            .Call([ProgramText.SymInt("t")], "torch.sym_sum", ("args", """{"as_sym_ints": [{"as_name": "n"}, {"as_name": "e"}, {"as_int": 4}]}"""))
            .Node("out", "f32[Add(Symbol('s1'), Mul(Symbol('s0'), Symbol('s1')), Integer(4))]", "full.default", ("size", """{"as_sym_ints": [{"as_name": "t"}]}"""), ("fill_value", """{"as_float": 1.0}"""))
            .Output("out").Import().Graph;
        Assert.Equal("float32[s0*s1 + s1 + 4]", graph.TypeOf(graph.Outputs[0].Value).ToString());
    }

    [Theory]
    [InlineData("_operator.floordiv", "Integer(1)", """{"as_int": 0}""", "node 'm' (_operator.floordiv) at layers.0.mlp (model.py:31): ")]
    [InlineData("_operator.pow", "Integer(1)", """{"as_int": -1}""", "expected a whole exponent from 0 to 64, given -1")]
    [InlineData("_operator.add", "Integer(1)", """{"as_float": 0.5}""", "expected a whole number, given as_float")]
    [InlineData("_operator.add", "Integer(1)", """{"as_sym_int": {"as_name": "q"}}""", "reads the size 'q', which no input and no earlier node defines")]
    [InlineData("_operator.lt", "Integer(1)", """{"as_int": 1}""", "expected a condition as its result, given a size")]
    public void Functions_that_make_no_size_are_told(string target, string recorded, string operand, string expected) =>
        Assert.Contains(expected, Program(target, [N, operand], recorded).Fails());

    [Theory]
    [InlineData("Foo(Integer(1))", "expected a function of sizes such as Add, Mul, FloorDiv, Mod, Max or Min, given Foo of 1")]
    [InlineData("Add(Integer(1)", "expected ')', given the end")]
    [InlineData("Integer(99999999999999999999)", "expected a number of 64 bits")]
    [InlineData("Mul(Symbol('u9'), Integer(2))", "expected a known symbol, given u9")]
    [InlineData("Equality(Symbol('s0'), Integer(1))", "expected a size, given a condition")]
    [InlineData("FloorDiv(Symbol('s0'), Integer(0))", "expected a divisor that is not 0")]
    [InlineData("Pow(Symbol('s0'), Integer(1000))", "expected a whole exponent from 0 to 64, given 1000")]
    [InlineData("Float('1.0')", "given ''1.0'")]
    [InlineData("", "expected a name, a number or '(', given ')'")]
    public void Recorded_sizes_that_are_not_understood_are_told(string recorded, string expected)
    {
        string text = new ProgramText().Input("x", "f32[s0]").Range("s0", "2", "null").Node("out", $"f32[Add(Integer(0), {recorded})]", "relu.default", ("self", "x")).Output("out").Fails();
        Assert.Contains(expected, text);
        Assert.Contains("node 'out' (torch.ops.aten.relu.default)", text);
    }

    [Fact]
    public void Deep_text_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("Add(", 5000)) + "1" + string.Concat(Enumerable.Repeat(")", 5000));
        Assert.Contains("expected at most 200 levels", new ProgramText().Input("x", "f32[s0]").Node("out", $"f32[{deep}]", "relu.default", ("self", "x")).Fails());
        string chain = string.Concat(Enumerable.Repeat("-", 60_000)) + "1";
        Assert.Contains("expected float32[1], which PyTorch recorded, given float32[s0]", new ProgramText().Input("x", "f32[s0]").Node("out", $"f32[{chain}]", "relu.default", ("self", "x")).Fails());
    }

    [Fact]
    public void A_difference_to_the_recorded_type_names_the_node()
    {
        Assert.Equal(
            "m.pt2: node 'out' (torch.ops.aten.relu.default) at layers.0.mlp (model.py:31): result 'out': expected float32[2*s0], which PyTorch recorded, "
            + "given float32[s0], which the operator's fake infers; correct the fake, or export the model again if the file is damaged",
            new ProgramText().Input("x", "f32[s0]").Range("s0", "2", "null").Node("out", "f32[2*s0]", "relu.default", ("self", "x")).Output("out").Fails());
        Assert.Contains("expected bfloat16[s0]", new ProgramText().Input("x", "f32[s0]").Node("out", "bf16[s0]", "relu.default", ("self", "x")).Fails());
        Assert.Contains("expected float32[s0, 1]", new ProgramText().Input("x", "f32[s0]").Node("out", "f32[s0; 1]", "relu.default", ("self", "x")).Fails());
    }

    [Fact]
    public void Data_dependent_sizes_are_our_own_symbols()
    {
        TensorGraph graph = new ProgramText().Input("x", "f32[s0; 4]").Range("s0", "2", "1024").Range("u7", "0", "null")
            .Node("nz", "i64[u7; 2]", "torch.ops.flash.dyn_nz.default", ("x", "x"))
            .Size("n", "u7").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "nz"), ("dim", Int(0)))
            .Size("m", "2*u7").Call([ProgramText.SymInt("m")], "_operator.mul", ("a", N), ("b", Int(2)))
            .Node("out", "f32[2*u7]", "full.default", ("size", """{"as_sym_ints": [{"as_name": "m"}]}"""), ("fill_value", """{"as_float": 1.0}"""))
            .Output("out").Import().Graph;
        Assert.Equal("float32[2*u0]", graph.TypeOf(graph.Outputs[0].Value).ToString());
        Assert.Equal(4096, graph.Symbols().Single(static s => s.Kind == SymbolKind.Data).Max);
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void A_size_of_data_gets_its_name_where_it_is_read_when_its_tensor_is_not_recorded()
    {
        TensorGraph graph = new ProgramText().Input("x", "f32[s0; 4]").Range("s0", "2", "1024")
            .Call([ProgramText.Tensor("nz")], "torch.ops.flash.dyn_nz.default", ("x", "x"))
            .Size("n", "u7").Call([ProgramText.SymInt("n")], "sym_size.int", ("self", "nz"), ("dim", Int(0)))
            .Size("m", "2*u7").Call([ProgramText.SymInt("m")], "_operator.mul", ("a", N), ("b", Int(2)))
            .Node("out", "f32[2*u7]", "full.default", ("size", """{"as_sym_ints": [{"as_name": "m"}]}"""), ("fill_value", """{"as_float": 1.0}""")).Output("out").Import().Graph;
        Assert.Equal("float32[2*u0]", graph.TypeOf(graph.Outputs[0].Value).ToString());
    }
}
