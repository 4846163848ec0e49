using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Import;

public sealed class InPlaceTests
{
    private static ProgramText Start() => new ProgramText().Input("x", "f32[4]").Input("z", "f32[4]");

    private static string Nodes(TensorGraph graph) => string.Join("; ", Enumerable.Range(0, graph.Nodes.Length)
        .Select(i => GraphPrinter.PrintNode(graph, i).Split(" : ")[0]));

    [Fact]
    public void An_in_place_operator_becomes_pure_and_renames_its_operand_for_later_readers()
    {
        TensorGraph graph = Start()
            .Node("y", "f32[4]", "clone.default", ("self", "x"))
            .Node("a", "f32[4]", "add_.Tensor", ("self", "y"), ("other", "z"))
            .Node("r", "f32[4]", "relu.default", ("self", "y"))
            .Node("b", "f32[4]", "relu_.default", ("self", "a"))
            .Node("s", "f32[4]", "mul.Tensor", ("self", "y"), ("other", "r"))
            .Output("s").Output("y").Import().Graph;
        Assert.Equal("%2 = aten::clone(self=%0); %3 = aten::add.Tensor(self=%2, other=%1); %4 = aten::relu(self=%3); %5 = aten::relu(self=%3); %6 = aten::mul.Tensor(self=%5, other=%4)", Nodes(graph));
        Assert.Equal(5, graph.Outputs[1].Value.Id);
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void Copy_keeps_the_sizes_and_type_of_what_it_writes_into()
    {
        TensorGraph graph = Start()
            .Node("y", "f32[4]", "clone.default", ("self", "x"))
            .Node("c", "f32[4]", "copy_.default", ("self", "y"), ("src", "z"))
            .Output("y").Import().Graph;
        Assert.Equal("aten::copy", graph.NodeOf(graph.Outputs[0].Value)!.Operator.Name);
    }

    [Fact]
    public void The_element_type_of_the_operand_is_kept()
    {
        TensorGraph graph = new ProgramText().Input("x", "i32[4]").Input("z", "i64[4]")
            .Node("y", "i32[4]", "clone.default", ("self", "x"))
            .Node("a", "i32[4]", "add_.Tensor", ("self", "y"), ("other", "z"))
            .Output("a").Import().Graph;
        Assert.Equal("int32[4]", graph.TypeOf(graph.Outputs[0].Value).ToString());
        Assert.Equal("aten::to.dtype", graph.NodeOf(graph.Outputs[0].Value)!.Operator.Name);
    }

    [Fact]
    public void Other_sizes_cannot_be_written_in_place() => Assert.Contains(
        "node 'a' (torch.ops.aten.add_.Tensor) at layers.0.mlp (model.py:31): writes float32[2, 4] in place into float32[4]; expected the same sizes",
        new ProgramText().Input("x", "f32[4]").Input("z", "f32[2; 4]").Node("a", "f32[4]", "add_.Tensor", ("self", "x"), ("other", "z")).Fails());

    [Fact]
    public void Buffers_written_in_place_become_outputs_of_their_own()
    {
        ProgramText program = Start().Buffer("count", "f32[4]")
            .Node("c", "f32[4]", "add_.Tensor", ("self", "count"), ("other", "x"))
            .Node("y", "f32[4]", "relu.default", ("self", "count")).Output("y");
        TensorGraph graph = program.Import().Graph;
        Assert.Equal(
            [new("output", graph.ResultOf(1)), new("count.path", graph.ResultOf(0), GraphOutputKind.BufferMutation, "count.path")],
            graph.Outputs);
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void Mutations_that_the_signature_tells_are_not_told_twice()
    {
        TensorGraph graph = Start().Buffer("count", "f32[4]")
            .Node("c", "f32[4]", "add_.Tensor", ("self", "count"), ("other", "x"))
            .Node("w", "f32[4]", "relu_.default", ("self", "x"))
            .Mutation("buffer_mutation", "count.path", "c").Mutation("user_input_mutation", "x", "w").Output("c").Import().Graph;
        Assert.Equal(
            [
                new("count.path", graph.ResultOf(0), GraphOutputKind.BufferMutation, "count.path"),
                new("x", graph.ResultOf(1), GraphOutputKind.InputMutation, "x"),
                new("output", graph.ResultOf(0)),
            ],
            graph.Outputs);
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void A_view_that_was_taken_before_a_write_is_not_read_after_it()
    {
        ProgramText Program() => Start()
            .Node("y", "f32[4]", "clone.default", ("self", "x"))
            .Node("v", "f32[4]", "reshape.default", ("self", "y"), ("shape", """{"as_ints": [4]}"""))
            .Node("a", "f32[4]", "add_.Tensor", ("self", "y"), ("other", "z"));
        Assert.Equal(
            "m.pt2: node 'r' (torch.ops.aten.relu.default) at layers.0.mlp (model.py:31): reads 'v', which shares memory with a tensor that node 'a' (torch.ops.aten.add_.Tensor) "
            + "at layers.0.mlp (model.py:31) changed in place after 'v' was made; expected no write through a view: write with a pure operator such as torch.where, or call run_decompositions() before saving",
            Program().Node("r", "f32[4]", "relu.default", ("self", "v")).Output("r").Fails());
        // A view that is taken afterwards sees the write.
        TensorGraph graph = Program().Node("w", "f32[4]", "reshape.default", ("self", "y"), ("shape", """{"as_ints": [4]}""")).Output("w").Import().Graph;
        Assert.Equal(graph.ResultOf(2), graph.Nodes[3].Operands.Single());
    }

    [Theory]
    [InlineData("y")]
    [InlineData("other_view")]
    public void A_write_through_a_view_is_not_lost(string reader) => Assert.Contains(
        $"reads '{reader}', which shares memory with a tensor that node 'a'",
        Start()
            .Node("y", "f32[4]", "clone.default", ("self", "x"))
            .Node("other_view", "f32[4]", "reshape.default", ("self", "y"), ("shape", """{"as_ints": [4]}"""))
            .Node("v", "f32[4]", "reshape.default", ("self", "y"), ("shape", """{"as_ints": [4]}"""))
            .Node("a", "f32[4]", "add_.Tensor", ("self", "v"), ("other", "z"))
            .Node("r", "f32[4]", "relu.default", ("self", reader)).Output("r").Fails());

    [Fact]
    public void A_write_through_a_view_of_a_buffer_is_not_lost_when_nobody_reads_it() => Assert.Contains(
        "'count.path' shares memory with a tensor that node 'a' (torch.ops.aten.add_.Tensor)",
        Start().Buffer("count", "f32[2; 4]")
            .Node("v", "f32[4]", "select.int", ("self", "count"), ("dim", """{"as_int": 0}"""), ("index", """{"as_int": 1}"""))
            .Node("a", "f32[4]", "add_.Tensor", ("self", "v"), ("other", "x")).Output("x").Fails());

    [Fact]
    public void Buffers_over_one_storage_share_memory() => Assert.Contains(
        "reads 'second', which shares memory with a tensor that node 'a'",
        Start().Buffer("first", "f32[4]").Buffer("second", "f32[4]", storage: "first")
            .Node("a", "f32[4]", "add_.Tensor", ("self", "first"), ("other", "x"))
            .Node("r", "f32[4]", "relu.default", ("self", "second")).Output("r").Fails());

    [Fact]
    public void What_dropout_returns_is_its_argument() => Assert.Contains("reads 'd', which shares memory", Start()
        .Node("d", "f32[4]", "dropout.default", ("input", "x"), ("p", """{"as_float": 0.5}"""), ("train", """{"as_bool": false}"""))
        .Node("a", "f32[4]", "add_.Tensor", ("self", "x"), ("other", "z"))
        .Node("r", "f32[4]", "relu.default", ("self", "d")).Output("r").Fails());

    [Fact]
    public void Views_without_a_write_are_only_values()
    {
        TensorGraph graph = Start()
            .Node("v", "f32[4]", "reshape.default", ("self", "x"), ("shape", """{"as_ints": [4]}"""))
            .Node("a", "f32[4]", "add.Tensor", ("self", "v"), ("other", "x")).Output("a").Import().Graph;
        Assert.Equal(2, graph.Nodes.Length);
    }
}
