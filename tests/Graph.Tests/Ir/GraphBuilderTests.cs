namespace Evergraph.Graph.Tests.Ir;

public class GraphBuilderTests
{
    private static readonly NodeSource Source = new("model.layers.0.mlp.up_proj", "modeling.cs", 31);

    [Fact]
    public void Values_are_numbered_inputs_parameters_nodes_whatever_the_order()
    {
        var builder = new GraphBuilder();
        var w = builder.AddParameter(new("w", new(DType.Float32, [4, 2]), Tensor.Zeros(DType.Float32, 4, 2)));
        var x = builder.AddInput(new("x", new(DType.Float32, [TestOperators.Tokens, 4])));
        var y = builder.Add(TestOperators.Mm, [TestOperators.Of(x), TestOperators.Of(w)], Source)[0];
        var v = builder.AddParameter(new("v", new(DType.Float32, [2, 2]), Tensor.Zeros(DType.Float32, 2, 2)));
        var z = builder.Add(TestOperators.Mm, [TestOperators.Of(y), TestOperators.Of(v)], Source)[0];
        builder.AddOutput(new("z", z));

        var graph = builder.Build();

        Assert.Equal(["x"], graph.Inputs.Select(input => input.Name));
        Assert.Equal(["w", "v"], graph.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([new(0), new(1)], graph.Nodes[0].Operands);
        Assert.Equal([new(3), new(2)], graph.Nodes[1].Operands);
        Assert.Equal("float32[s0, 2]", graph.TypeOf(graph.Outputs[0].Value).ToString());
        Assert.Empty(GraphVerifier.Verify(graph));
    }

    [Fact]
    public void A_refuted_requirement_names_operator_place_expected_and_given()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(new("x", new(DType.Float32, [TestOperators.Tokens, 128])));
        var w = builder.AddParameter(new("w", new(DType.Float32, [64, 2]), Tensor.Zeros(DType.Float32, 64, 2)));

        var error = Assert.Throws<ShapeException>(() => builder.Add(TestOperators.Mm, [TestOperators.Of(x), TestOperators.Of(w)], Source));

        Assert.Equal("test::mm at model.layers.0.mlp.up_proj (modeling.cs:31): inner sizes differ: expected 128, given 64", error.Message);
    }

    [Fact]
    public void An_unknown_requirement_is_kept_once_with_the_same_text()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(new("x", new(DType.Float32, [2, TestOperators.Tokens])));
        var w = builder.AddInput(new("w", new(DType.Float32, [new Symbol("s1", 0, 64), 2])));
        builder.AddOutput(new("a", builder.Add(TestOperators.Mm, [TestOperators.Of(x), TestOperators.Of(w)], Source)[0]));
        builder.AddOutput(new("b", builder.Add(TestOperators.Mm, [TestOperators.Of(x), TestOperators.Of(w)], Source)[0]));

        var requirement = Assert.Single(builder.Build().Requirements);

        Assert.Equal("test::mm at model.layers.0.mlp.up_proj (modeling.cs:31): inner sizes differ: expected s0, given s1", requirement.Describe());
        Assert.Equal(
            "test::mm at model.layers.0.mlp.up_proj (modeling.cs:31): inner sizes differ: expected 5 (s0), given 4",
            requirement.Describe(symbol => symbol.Name == "s0" ? 5 : 4));
    }

    [Fact]
    public void A_size_that_overflows_gets_the_operator_s_place()
    {
        var builder = new GraphBuilder();
        var huge = builder.AddInput(new("x", new(DType.Float32, [long.MaxValue, long.MaxValue])));
        var error = Assert.Throws<ShapeException>(() => builder.Add(TestOperators.Find, ArgumentDefaults.Complete(TestOperators.Find.Schema, TestOperators.Of(huge)), Source));
        Assert.StartsWith("test::find at model.layers.0.mlp.up_proj (modeling.cs:31): ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fresh_symbols_are_bounded_and_numbered()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(new("x", new(DType.Float32, [TestOperators.Tokens, 4])));
        for (int i = 0; i < 2; i++)
            builder.AddOutput(new($"y{i}", builder.Add(TestOperators.Find, ArgumentDefaults.Complete(TestOperators.Find.Schema, TestOperators.Of(x)), Source)[0]));

        var graph = builder.Build();

        Assert.Equal(["s0", "u0", "u1"], graph.Symbols().Select(symbol => symbol.Name));
        Assert.Equal(256, graph.Symbols()[1].Max);
        Assert.Empty(GraphVerifier.Verify(graph));
    }
}
