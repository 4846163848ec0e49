namespace Evergraph.Graph.Tests.Operators.Schemas;

public class SchemaParserTests
{
    public static TheoryData<string> Canonical => [.. PyTorchSchemas.Canonical];

    public static TheoryData<string, string> Shortened => PyTorchSchemas.Shortened;

    [Theory]
    [MemberData(nameof(Canonical))]
    public void Schema_of_PyTorch_round_trips(string text) => Assert.Equal(text, OperatorSchema.Parse(text).ToString());

    [Theory]
    [MemberData(nameof(Shortened))]
    public void Shortened_schema_becomes_canonical(string text, string canonical)
    {
        var schema = OperatorSchema.Parse(text);
        Assert.Equal(canonical, schema.ToString());
        Assert.Equal(schema, OperatorSchema.Parse(canonical));
    }

    [Fact]
    public void Names()
    {
        var schema = OperatorSchema.Parse("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor");
        Assert.Equal(("aten", "add", "Tensor", "aten::add.Tensor"), (schema.Namespace, schema.Name, schema.Overload, schema.FullName));
        Assert.Equal([false, false, true], schema.Arguments.Select(argument => argument.IsKeywordOnly));
        Assert.Equal("", OperatorSchema.Parse("aten::mm.default() -> ()").Overload);
        Assert.Equal("aten::mm", OperatorSchema.Parse("aten::mm.default() -> ()").FullName);
    }

    [Theory]
    [InlineData("Tensor", SchemaKind.Tensor, false, false, false, null)]
    [InlineData("Tensor?", SchemaKind.Tensor, false, true, false, null)]
    [InlineData("Tensor?[]", SchemaKind.Tensor, true, false, true, null)]
    [InlineData("SymInt[]?", SchemaKind.SymInt, true, true, false, null)]
    [InlineData("int[2]", SchemaKind.Int, true, false, false, 2)]
    [InlineData("int[1]?", SchemaKind.Int, true, true, false, 1)]
    [InlineData("str?", SchemaKind.String, false, true, false, null)]
    [InlineData("MemoryFormat", SchemaKind.MemoryFormat, false, false, false, null)]
    public void Type(string text, SchemaKind kind, bool isList, bool isOptional, bool isElementOptional, int? length)
    {
        var type = OperatorSchema.Parse($"t::f({text} x) -> ()").Arguments[0].Type;
        Assert.Equal((kind, isList, isOptional, isElementOptional, length), (type.Kind, type.IsList, type.IsOptional, type.IsElementOptional, type.FixedLength));
        Assert.Equal(text, type.ToString());
    }

    [Fact]
    public void Mutation_is_in_the_alias()
    {
        var schema = OperatorSchema.Parse("t::f(Tensor(a!) x, Tensor(b) y, Tensor z, Tensor(c!)[] w) -> (Tensor(a!) x, Tensor(b))");
        Assert.Equal([true, false, false, true], schema.Arguments.Select(argument => argument.IsMutated));
        Assert.Equal([true, false], schema.Returns.Select(result => result.IsMutated));
        Assert.Equal(["x", null], schema.Returns.Select(result => result.Name));
    }

    [Fact]
    public void Default_is_of_the_parameters_type()
    {
        SchemaDefault Default(string type, string value) => OperatorSchema.Parse($"t::f({type} x={value}) -> ()").Arguments[0].Default!;
        Assert.Equal((SchemaDefaultKind.None, 0L), (Default("Tensor?", "None").Kind, Default("Tensor?", "None").Int));
        Assert.Equal((SchemaDefaultKind.Int, -1L), (Default("int", "-1").Kind, Default("int", "-1").Int));
        Assert.Equal((SchemaDefaultKind.Float, 2.0), (Default("float", "2").Kind, Default("float", "2").Float));
        Assert.Equal((SchemaDefaultKind.Float, 1e-5), (Default("float?", "1e-05").Kind, Default("float?", "1e-05").Float));
        Assert.Equal((SchemaDefaultKind.Int, 1.0), (Default("Scalar", "1").Kind, Default("Scalar", "1").Float));
        Assert.Equal((SchemaDefaultKind.Float, 1.0), (Default("Scalar", "1.0").Kind, Default("Scalar", "1.0").Float));
        Assert.Equal((SchemaDefaultKind.Bool, true), (Default("bool", "True").Kind, Default("bool", "True").Bool));
        Assert.Equal((SchemaDefaultKind.Bool, false), (Default("Scalar", "False").Kind, Default("Scalar", "False").Bool));
        Assert.Equal((SchemaDefaultKind.String, "a\"\n'"), (Default("str", "'a\\\"\\n\\''").Kind, Default("str", "'a\\\"\\n\\''").Text));
        Assert.Equal((SchemaDefaultKind.Constant, "long"), (Default("ScalarType?", "long").Kind, Default("ScalarType?", "long").Text));
        Assert.Equal([3, 3], Default("SymInt[2]", "3").Ints);
        Assert.Equal([1, -2], Default("int[]", "[1, -2]").Ints);
        Assert.Equal([1.5, 2], Default("float[]", "[1.5,2]").Floats);
        Assert.Equal([true, false], Default("bool[2]", "[True, False]").Bools);
        Assert.Equal((SchemaDefaultKind.FloatList, 0), (Default("float[]?", "[]").Kind, Default("float[]?", "[]").Floats.Count));
    }

    [Fact]
    public void TryParse_says_whether_the_text_is_a_schema()
    {
        Assert.True(OperatorSchema.TryParse("t::f() -> ()", out var schema));
        Assert.Empty(schema.Returns);
        Assert.False(OperatorSchema.TryParse("t::f() -> ", out _));
        Assert.False(OperatorSchema.TryParse(null, out _));
    }
}
