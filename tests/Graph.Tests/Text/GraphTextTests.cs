using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Text;

public class GraphTextTests
{
    private const string Everything = """
        symbol s0 = 0..64
        symbol s1 = 2..
        symbol u0 = 0..256 data
        input %0 "x \"quoted\\\n\"": float32[s0, 4]
        input %1 "y": bfloat16[s1, 2*s0]
        input %2 "n": int64[] = s1
        parameter %3 "w": float32[4, 2] shard(1, 2)
        %4 = test::mm(a=%0, b=%3) : float32[s0, 2] @ "model.mlp" "modeling.cs":31
        %5, %6 = test::halves(x=%4, sizes=[s0, -1, (s0 + 1) // 2]) : float32[s0 // 2, 2], float32[s0 - (s0 // 2), 2]
        %7 = test::find(x=%5, what="a\"b, c]", scale=1.0, weights=[0.5, inf], mask=[true, false], dtype=bfloat16) : int64[u0, 2]
        %8 = test::find(x=%6, scale=true) : int64[u0, 2]
        %9 = test::find(x=%6, scale=s0 + 1) : int64[u0, 2]
        %10 = test::find(x=%6, scale=-3) : int64[u0, 2]
        require s0 == s1 "sizes \"differ\"" "test::mm" @ "model" "":0
        output %4 "y"
        output %3 "w" buffer "w"
        output %0 "x" input "x"

        """;

    [Fact]
    public void Text_round_trips()
    {
        string text = Everything.ReplaceLineEndings("\n");
        var graph = GraphParser.Parse(text, TestOperators.Registry);
        Assert.Equal(text, GraphPrinter.Print(graph).ReplaceLineEndings("\n"));
        Assert.True(graph.Parameters[0].Data.Type == new TensorType(DType.Float32, [4, 4]));
    }

    [Fact]
    public void Reading_what_was_printed_gives_the_same_graph()
    {
        var graph = GraphParser.Parse(Everything, TestOperators.Registry);
        var again = GraphParser.Parse(GraphPrinter.Print(graph), TestOperators.Registry, (_, _) => graph.Parameters[0].Data);
        Assert.True(again.SameAs(graph));
        Assert.False(again.SameAs(GraphParser.Parse(Everything, TestOperators.Registry)));
    }

    [Theory]
    [InlineData("symbol s0 = 0..", "symbol s0 = zero..", "line 1: symbol s0: expected a range MIN..MAX, given 'zero..64'")]
    [InlineData("symbol s1", "symbol s0", "line 2: symbol s0 is declared twice")]
    [InlineData("input %1", "input %7", "line 5: values are numbered in order: expected %1, given %7")]
    [InlineData("bfloat16[s1", "float8[s1", "line 5: expected an element type, given 'float8'")]
    [InlineData("a=%0, b=%3", "a=%0, b=%4", "line 8: %4 is read before it is defined: expected a value below %4")]
    [InlineData("a=%0, b=%3", "a=%0", "line 8: test::mm: argument b is missing and has no default")]
    [InlineData("a=%0, b=%3", "a=%0, c=%3", "line 8: test::mm has no parameter 'c'")]
    [InlineData("test::mm(a", "test::nn(a", "line 8: no operator is named test::nn")]
    [InlineData("mask=[true, false]", "mask=[true, maybe]", "line 10: expected true or false, given 'maybe'")]
    [InlineData("shard(1, 2)", "shard(2, 2)", "line 7: parameter w: expected an axis below 2, given 2")]
    [InlineData("output %4 \"y\"", "output %4 \"y\" twice", "line 15: column 14: expected the end of the line, given ' twice'")]
    public void Faults_name_the_line(string part, string replacement, string message)
    {
        string text = Everything.Replace(part, replacement, StringComparison.Ordinal);
        Assert.NotEqual(Everything, text);
        Assert.StartsWith($"graph text, {message}", Assert.Throws<GraphTextException>(() => GraphParser.Parse(text, TestOperators.Registry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_text_is_refused_and_nothing_else()
    {
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            char[] text = Everything.ToCharArray();
            for (int edits = random.Next(1, 5); edits > 0; edits--)
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            try
            {
                GraphParser.Parse(new(text), TestOperators.Registry);
            }
            catch (EvergraphException)
            {
                // Refused, as it should be.
            }
        }
    }
}
