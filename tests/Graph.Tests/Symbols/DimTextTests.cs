namespace Evergraph.Graph.Tests.Symbols;

public sealed class DimTextTests
{
    private static readonly Symbol S0 = new("s0", 0, Symbol.Unbounded);
    private static readonly Symbol S1 = new("s1", 1, Symbol.Unbounded);

    private static Symbol? Find(string name) => name switch { "s0" => S0, "s1" => S1, _ => null };

    private static Dim Parse(string text) => DimText.Parse(text, Find);

    [Theory]
    [InlineData("s0")]
    [InlineData("0")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775807")]
    [InlineData("(s0 + 1) // 2")]
    [InlineData("16*s0")]
    [InlineData("min(s0, 1)")]
    [InlineData("max(s1, s0 // 4, 7)")]
    [InlineData("s0**2*s1 - 3*s0 + 5")]
    [InlineData("s0 % 4")]
    [InlineData("(s0 + s1) % s1")]
    [InlineData("4*((s0 + 3) // 4) - s0")]
    [InlineData("3 - s0")]
    [InlineData("-s0")]
    [InlineData("-s0 - 1")]
    [InlineData("s0 // (s1 + 1)")]
    [InlineData("s1*(s0 // s1)")]
    [InlineData("(s0 // 3)**2")]
    public void Canonical_text_reads_back_as_it_stands(string text)
    {
        string expected = text == "(s0 + s1) % s1" ? "s0 % s1" : text;
        Assert.Equal(expected, Parse(text).ToString());
    }

    [Theory]
    [InlineData("-7 // 2", -4)]
    [InlineData("-7 % 2", 1)]
    [InlineData("7 % -2", -1)]
    [InlineData("-2**2", -4)]
    [InlineData("2*3 + 4*5", 26)]
    [InlineData("7 // 2*2", 6)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("--3", 3)]
    [InlineData("2**0", 1)]
    [InlineData(" max( 1 ,2 ) ", 2)]
    public void Precedence_and_rounding_are_Pythons(string text, long expected) => Assert.Equal(expected, Parse(text).Value);

    [Fact]
    public void Conditions_read_back()
    {
        foreach (Relation relation in Enum.GetValues<Relation>())
        {
            var condition = new Condition((Dim)S0 + 1, relation, (Dim)S1 * 4);
            Assert.Equal(condition, DimText.ParseCondition(condition.ToString(), Find));
        }
        Assert.Equal("s0 + 1 == 4", ((Dim)S0 + 1 == 4).ToString());
        Assert.Equal("size expression \"s0 + 1\" at character 6: expected ==, !=, <, <=, > or >=, given the end",
            Assert.Throws<DimFormatException>(() => DimText.ParseCondition("s0 + 1", Find)).Message);
    }

    [Theory]
    [InlineData("", 0, "a number, a symbol, min, max or '('", "the end")]
    [InlineData("s0 +", 4, "a number, a symbol, min, max or '('", "the end")]
    [InlineData("s0 s1", 3, "an operator or the end", "'s1'")]
    [InlineData("(s0", 3, "')'", "the end")]
    [InlineData("q + 1", 0, "the name of a declared symbol", "'q + 1'")]
    [InlineData("min(s0; 1)", 6, "',' or ')'", "'; 1)'")]
    [InlineData("s0 // 0", 3, "a divisor that is not 0", "'// 0'")]
    [InlineData("s0**99", 4, "a whole exponent from 0 to 64", "'99'")]
    [InlineData("s0**s1", 4, "a whole exponent from 0 to 64", "'s1'")]
    [InlineData("99999999999999999999", 0, "a number of 64 bits", "'99999999999999999999'")]
    [InlineData("s0 / 2", 3, "an operator or the end", "'/ 2'")]
    public void An_error_names_the_place_what_was_expected_and_what_was_given(string text, int position, string expected, string given)
    {
        var error = Assert.Throws<DimFormatException>(() => Parse(text));
        Assert.Equal($"size expression \"{text}\" at character {position}: expected {expected}, given {given}", error.Message);
        Assert.Equal(position, error.Position);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-(", ")")]
    [InlineData("min(s0, ", ")")]
    [InlineData("(s0 // ", ")")]
    public void Deep_nesting_is_an_error_not_a_crash(string open, string close)
    {
        string text = string.Concat(Enumerable.Repeat(open, 20000)) + "s0" + string.Concat(Enumerable.Repeat(close, 20000));
        Assert.Throws<DimFormatException>(() => Parse(text));
        Assert.Throws<DimFormatException>(() => Parse(new string('(', DimLimits.TextLength + 1)));
    }

    [Fact]
    public void Random_bytes_end_in_a_typed_error_or_a_size()
    {
        const string Alphabet = "s01 +-*/%(),minax<=9q";
        var random = new Random(20);
        for (int i = 0; i < 20000; i++)
        {
            var letters = new char[random.Next(24)];
            for (int j = 0; j < letters.Length; j++)
                letters[j] = Alphabet[random.Next(Alphabet.Length)];
            try
            {
                Parse(new string(letters));
            }
            catch (EvergraphException)
            {
                // Any other type fails the test.
            }
        }
    }
}
