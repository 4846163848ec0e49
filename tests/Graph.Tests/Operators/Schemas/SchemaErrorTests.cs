namespace Evergraph.Graph.Tests.Operators.Schemas;

/// <summary>Text that is no schema: where it breaks, what was expected, what was given.</summary>
public class SchemaErrorTests
{
    [Theory]
    [InlineData("", 0, "a namespace, as in aten::add", "the end of the text")]
    [InlineData("mm(Tensor self) -> Tensor", 2, "'::' between namespace and name", "'('")]
    [InlineData("aten::", 6, "a name", "the end of the text")]
    [InlineData("aten::mm.(Tensor x) -> Tensor", 9, "an overload name", "'('")]
    [InlineData("aten::mm Tensor x) -> Tensor", 9, "'(' before the parameters", "'Tensor'")]
    [InlineData("t::f(Tensor) -> Tensor", 11, "a parameter's name", "')'")]
    [InlineData("t::f(Tensor x Tensor y) -> Tensor", 14, "',' or ')' behind a parameter", "'Tensor'")]
    [InlineData("t::f(Tensor x, Tensor x) -> Tensor", 22, "a parameter's name that is not taken", "'x' again")]
    [InlineData("t::f(Tensor x, *) -> Tensor", 16, "',' and a parameter behind the '*'", "')'")]
    [InlineData("t::f(Tensor x, *, *, int y) -> Tensor", 18, "a parameter's type", "'*'")]
    [InlineData("t::f(Tensor x,) -> Tensor", 14, "a parameter's type", "')'")]
    [InlineData("t::f(Tensor x)", 14, "'->' before the results", "the end of the text")]
    [InlineData("t::f(Tensor x) ->", 17, "a result's type", "the end of the text")]
    [InlineData("t::f(Tensor x) -> (Tensor", 25, "',' or ')' behind a result", "the end of the text")]
    [InlineData("t::f(Tensor x) -> (Tensor y, Tensor y)", 36, "a result's name that is not taken", "'y' again")]
    [InlineData("t::f(Tensor x) -> Tensor y", 25, "the end of the text", "'y'")]
    [InlineData("t::f(Tensor(a x) -> Tensor", 14, "')' behind an alias annotation", "'x'")]
    [InlineData("t::f(int[][] x) -> ()", 10, "a parameter's name: lists of lists are not supported", "'['")]
    [InlineData("t::f(int[0] x) -> ()", 9, "a length from 1 to 64", "'0'")]
    [InlineData("t::f(int[1000000000] x=1) -> ()", 9, "a length from 1 to 64", "'1000000000'")]
    [InlineData("t::f(int x=1.5) -> ()", 11, "a 64-bit integer", "'1.5'")]
    [InlineData("t::f(int x=9223372036854775808) -> ()", 11, "a 64-bit integer", "'9223372036854775808'")]
    [InlineData("t::f(float x=1e999) -> ()", 13, "a finite number", "'1e999'")]
    [InlineData("t::f(float x=inf) -> ()", 13, "a default for float", "'inf'")]
    [InlineData("t::f(Tensor x=None) -> ()", 14, "a default for Tensor", "None")]
    [InlineData("t::f(int[] x=1) -> ()", 13, "'[' before a default for int[]", "'1'")]
    [InlineData("t::f(int[] x=[1) -> ()", 15, "',' or ']' behind an item", "')'")]
    [InlineData("t::f(str x=\"abc) -> ()", 22, "a closing quote for the text that begins at character 12", "the end of the text")]
    [InlineData("t::f(str x=\"a\\q\") -> ()", 14, "one of n, r, t, \\, \" and ' behind a backslash", "'q'")]
    [InlineData("t::f(Tensor é) -> ()", 12, "a parameter's name", "character U+00E9")]
    public void Error_has_place_expected_and_given(string text, int position, string expected, string given)
    {
        var error = Assert.Throws<SchemaFormatException>(() => OperatorSchema.Parse(text));
        Assert.Equal((position, given), (error.Position, error.Given));
        Assert.StartsWith(expected, error.Expected, StringComparison.Ordinal);
        Assert.Equal($"schema does not parse at character {position + 1}: expected {error.Expected}, given {given}", error.Message);
        Assert.False(OperatorSchema.TryParse(text, out _));
    }

    [Fact]
    public void Unknown_type_lists_the_known_ones() => Assert.Equal(
        "schema does not parse at character 6: expected a parameter's type (Tensor, SymInt, int, float, bool, str, Scalar, ScalarType, Layout, Device, MemoryFormat), given 'Generator'",
        Assert.Throws<SchemaFormatException>(() => OperatorSchema.Parse("t::f(Generator? g=None) -> ()")).Message);

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("?")]
    [InlineData("Tensor(")]
    [InlineData("a|")]
    [InlineData("\"")]
    [InlineData("-")]
    public void Hostile_repetition_is_an_error(string piece)
    {
        foreach (string start in (string[])["", "t::f(", "t::f(Tensor", "t::f(Tensor(", "t::f(int[", "t::f(int[] x=[", "t::f(str x=", "t::f() -> ", "t::f() -> ("])
        {
            string text = start + string.Concat(Enumerable.Repeat(piece, (OperatorSchema.MaxLength - start.Length) / piece.Length));
            Assert.Throws<SchemaFormatException>(() => OperatorSchema.Parse(text));
        }
    }

    [Fact]
    public void Text_that_is_too_long_is_refused_before_it_is_read()
    {
        string text = "t::f() -> ()" + new string(' ', OperatorSchema.MaxLength);
        Assert.Equal(
            $"schema does not parse at character 16385: expected at most 16384 characters, given {text.Length} characters",
            Assert.Throws<SchemaFormatException>(() => OperatorSchema.Parse(text)).Message);
    }

    [Fact]
    public void Longest_text_parses()
    {
        string arguments = string.Join(", ", Enumerable.Range(0, 1200).Select(i => $"int x{i}=1"));
        Assert.Equal(1200, OperatorSchema.Parse($"t::f({arguments}) -> ()").Arguments.Count);
    }

    [Fact]
    public void Damaged_schemas_end_in_a_typed_error_or_parse()
    {
        const int Seed = 20240607;
        var random = new Random(Seed);
        for (int i = 0; i < 20000; i++)
        {
            char[] text = PyTorchSchemas.Canonical[random.Next(PyTorchSchemas.Canonical.Length)].ToCharArray();
            for (int edits = random.Next(1, 4); edits > 0; edits--)
                text[random.Next(text.Length)] = "()[]?!*|,.=-> \"'\\:\0\n9eExT"[random.Next(25)];
            string damaged = new string(text)[..random.Next(text.Length + 1)];
            try
            {
                if (OperatorSchema.TryParse(damaged, out var schema))
                    Assert.Equal(schema, OperatorSchema.Parse(schema.ToString()));
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {Seed}, text {i} '{damaged}': {exception}");
            }
        }
    }
}
