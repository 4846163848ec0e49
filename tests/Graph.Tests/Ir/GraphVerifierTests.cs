using Evergraph.Graph.Text;

namespace Evergraph.Graph.Tests.Ir;

/// <summary>One broken graph for each invariant in the verifier's header.</summary>
public class GraphVerifierTests
{
    private const string Sound = """
        symbol s0 = 0..64
        input %0 "x": float32[s0, 4]
        parameter %1 "w": float32[4, 2]
        %2 = test::mm(a=%0, b=%1) : float32[s0, 2]
        output %2 "y"
        """;

    [Theory]
    [InlineData("", "", null)]
    [InlineData("input %0 \"x\"", "input %0 \"\"", "an input has no name")]
    [InlineData("output %2 \"y\"", "output %2 \"y\" buffer \"b\"", "output y: its target b does not exist")]
    [InlineData("output %2 \"y\"", "output %2 \"y\" input \"x\"", "output y: expected the type of x, float32[s0, 4], given float32[s0, 2]")]
    [InlineData(": float32[s0, 2]\n", ": float32[s0, 3]\n", "test::mm: result 0: expected float32[s0, 2], given float32[s0, 3]")]
    [InlineData("float32[4, 2]", "float32[5, 2]", "test::mm: inner sizes differ: expected 4, given 5")]
    [InlineData("input %0 \"x\": float32[s0, 4]", "input %0 \"x\": float32[2*s0, 4]", "symbol s0, which no input and no earlier node defines")]
    [InlineData("%2 = test::mm(a=%0, b=%1) : float32[s0, 2]\n", "%2 = test::mutate_(x=%0) : float32[s0, 4]\n", "it writes into an argument, and a graph is functional")]
    public void Each_fault_is_named(string part, string replacement, string? fault)
    {
        string text = part.Length == 0 ? Sound : Sound.Replace(part, replacement, StringComparison.Ordinal);
        Assert.True(part.Length == 0 || text != Sound);
        var faults = GraphVerifier.Verify(GraphParser.Parse(text, TestOperators.Registry));
        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.Contains(faults, found => found.Message.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_dangling_value_is_a_fault_and_stops_inference()
    {
        var graph = new TensorGraph(
            [new("x", new(DType.Float32, [4, 4]))],
            [],
            [new(TestOperators.Mm, [TestOperators.Of(new(0)), TestOperators.Of(new(7))], [new(DType.Float32, [4, 4])], NodeSource.None)],
            [new("y", new(9))],
            []);

        Assert.Equal(
            ["test::mm: %7 is read before it is defined: expected a value below %1", "output y: %9 is not defined: expected a value below %2"],
            GraphVerifier.Verify(graph).Select(fault => fault.Message));
        Assert.StartsWith("the graph does not verify (2 faults): ", Assert.Throws<InvalidGraphException>(() => GraphVerifier.ThrowIfInvalid(graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_of_a_wrong_number_or_kind_are_faults()
    {
        TensorGraph With(EquatableArray<Argument> arguments) => new(
            [new("x", new(DType.Float32, [4, 4]))], [], [new(TestOperators.Mm, arguments, [new(DType.Float32, [4, 4])], NodeSource.None)], [], []);

        Assert.Contains("expected 2 arguments, given 1", GraphVerifier.Verify(With([TestOperators.Of(new(0))]))[0].Message, StringComparison.Ordinal);
        Assert.Contains("argument b: expected Tensor, given DimArgument", GraphVerifier.Verify(With([TestOperators.Of(new(0)), new DimArgument(1)]))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_requirement_is_a_fault()
    {
        const string text = """
            symbol s0 = 0..64
            symbol s1 = 0..64
            input %0 "x": float32[2, s0]
            input %1 "w": float32[s1, 2]
            %2 = test::mm(a=%0, b=%1) : float32[2, 2]
            require s1 == s0 "inner sizes differ" "test::mm"
            output %2 "y"
            """;
        Assert.Empty(GraphVerifier.Verify(GraphParser.Parse(text, TestOperators.Registry)));
        string without = string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("require", StringComparison.Ordinal)));
        Assert.Contains("a requirement is lost: test::mm: inner sizes differ: expected s0, given s1", Assert.Single(GraphVerifier.Verify(GraphParser.Parse(without, TestOperators.Registry))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_another_type_than_the_parameter_s_is_a_fault()
    {
        TensorGraph With(GraphParameter parameter) => new([], [parameter], [], [new("y", new(0))], []);
        var data = Tensor.Zeros(DType.Float32, 4, 6);

        Assert.Empty(GraphVerifier.Verify(With(new("w", new(DType.Float32, [4, 3]), data, new(1, 2)))));
        Assert.Contains("expected data of type float32[8, 6], given float32[4, 6]", GraphVerifier.Verify(With(new("w", new(DType.Float32, [4, 6]), data, new(0, 2))))[0].Message, StringComparison.Ordinal);
        Assert.Contains("does not fit", GraphVerifier.Verify(With(new("w", new(DType.Float32, [4, 6]), data, new(2, 2))))[0].Message, StringComparison.Ordinal);
    }
}
