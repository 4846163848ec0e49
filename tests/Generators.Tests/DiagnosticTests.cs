namespace Evergraph.Generators.Tests;

/// <summary>Every error over operators: its id, its text, and that it stands on the author's line, marked with <c>// here</c>.</summary>
public class DiagnosticTests
{
    private const string Relu = "[CustomOp(\"t::relu(Tensor x) -> Tensor\")]";
    private const string FakeRelu = "public static TensorType Fake(TensorType x) => x;";

    [Fact]
    public void Schema_does_not_parse() => Expect(
        """
        [CustomOp("t::relu(Tensor x -> Tensor")] // here
        public static partial class Relu;
        """,
        "EVG001",
        "schema does not parse at character 18: expected ',' or ')' behind a parameter, given '-'",
        column: 29);

    [Fact]
    public void Schema_of_several_lines_is_placed_by_its_expression() => Expect(
        """
        [CustomOp( // the next line
            @"t::relu(Blob x) -> Tensor")] // here
        public static partial class Relu;
        """,
        "EVG001",
        "schema does not parse at character 9: expected a parameter's type (Tensor, SymInt, int, float, bool, str, Scalar, ScalarType, Layout, Device, MemoryFormat), given 'Blob'");

    [Theory]
    [InlineData("public static class", "public static class")]
    [InlineData("public partial class", "public partial class")]
    [InlineData("public sealed partial record", "public sealed partial record")]
    public void Class_is_not_static_partial(string declaration, string given) => Expect(
        $$"""
        {{Relu}}
        {{declaration}} Relu // here
        { {{FakeRelu}} }
        """,
        "EVG002",
        $"Relu: an operator is a static partial class: expected 'static partial class Relu', given '{given} Relu'");

    [Fact]
    public void Class_is_nested() => Expect(
        $$"""
        public static partial class Outer
        {
        {{Relu}}
        public static partial class Relu // here
        { {{FakeRelu}} }
        }
        """,
        "EVG003",
        "Relu: expected a class that stands in a namespace, given a class nested in Outer: move it out");

    [Fact]
    public void Class_is_generic() => Expect(
        $$"""
        {{Relu}}
        public static partial class Relu<T> // here
        { {{FakeRelu}} }
        """,
        "EVG003",
        "Relu: expected a class that stands in a namespace, given a generic class: move it out");

    [Fact]
    public void Class_is_file_local() => Expect(
        $$"""
        {{Relu}}
        file static partial class Relu // here
        { {{FakeRelu}} }
        """,
        "EVG003",
        "Relu: expected a class that stands in a namespace, given a file-local class: move it out");

    [Fact]
    public void Fake_is_missing() => Expect(
        """
        [CustomOp("t::f(Tensor? x, SymInt[] n) -> (Tensor, Tensor)")]
        public static partial class F; // here
        """,
        "EVG004",
        "t::f: expected a method 'static (TensorType, TensorType) Fake(TensorType? x, Dim[] n)', given none");

    [Fact]
    public void Several_fakes() => Expect(
        $$"""
        {{Relu}}
        public static partial class Relu
        {
            {{FakeRelu}}
            public static TensorType Fake(TensorType x, long y) => x; // here
        }
        """,
        "EVG005",
        "t::relu: expected one method named Fake, given 2: rename the others");

    [Fact]
    public void Fake_has_another_parameter_count() => Expect(
        Relu + """

        public static partial class Relu
        {
            public static TensorType Fake(TensorType x, long n) => x; // here
        }
        """,
        "EVG006",
        "t::relu: Fake takes another number of parameters than the schema: expected 1 (TensorType x), given 2 (TensorType x, long n)");

    [Fact]
    public void Kernel_has_another_parameter_count() => ExpectKernel(
        "public static Tensor Real() => throw new Exception();",
        "EVG006",
        "t::relu: Real takes another number of parameters than the schema: expected 1 (Tensor x), given 0 ()");

    [Fact]
    public void Fake_has_another_parameter_name() => Expect(
        Relu + """

        public static partial class Relu
        {
            public static TensorType Fake(
                TensorType input) => input; // here
        }
        """,
        "EVG007",
        "t::relu: parameter 1 of Fake has another name than in the schema: expected 'x', given 'input'");

    [Fact]
    public void Fake_has_another_parameter_type() => Expect(
        """
        [CustomOp("t::f(Tensor x, SymInt n=1) -> Tensor")]
        public static partial class F
        {
            public static TensorType Fake(
                TensorType x,
                long n) => x; // here
        }
        """,
        "EVG008",
        "t::f: parameter 'n' of Fake has another type than the schema's 'SymInt n=1': expected Dim, given long");

    [Fact]
    public void Kernel_has_another_parameter_type() => ExpectKernel(
        "public static Tensor Real(TensorType x) => throw new Exception();",
        "EVG008",
        "t::relu: parameter 'x' of Real has another type than the schema's 'Tensor x': expected Tensor, given TensorType");

    [Fact]
    public void Kernel_takes_a_reference() => ExpectKernel(
        "public static Tensor Real(ref Tensor x) => x;",
        "EVG008",
        "t::relu: parameter 'x' of Real has another type than the schema's 'Tensor x': expected Tensor, given ref Tensor");

    [Theory]
    [InlineData("Tensor? x", "Tensor?", "Tensor")]
    [InlineData("Tensor x", "Tensor", "Tensor?")]
    [InlineData("Tensor?[] x", "Tensor?[]", "Tensor[]")]
    [InlineData("SymInt? x", "long?", "long")]
    [InlineData("int[]? x", "long[]?", "long[]")]
    public void Nullability_differs(string schema, string expected, string given) => Expect(
        $$"""
        [CustomOp("t::f({{schema}}) -> Tensor")]
        public static partial class F
        {
            public static TensorType Fake({{expected.Replace("Tensor", "TensorType").Replace("long", schema.Contains("Sym") ? "Dim" : "long")}} x) => new(DType.Bool, []);
            [Kernel(Backend.Reference)]
            public static Tensor Real({{given}} x) => Tensor.Zeros(DType.Bool); // here
        }
        """,
        "EVG009",
        $"t::f: parameter 'x' of Real has another nullability than the schema's '{schema}': expected {expected}, given {given}");

    [Fact]
    public void Fake_returns_another_type() => Expect(
        """
        [CustomOp("t::f(Tensor x) -> (Tensor a, Tensor b)")]
        public static partial class F
        {
            public static
                (TensorType A, DType B) // here
                Fake(TensorType x) => (x, x.DType);
        }
        """,
        "EVG010",
        "t::f: Fake returns another type than the schema's '(Tensor a, Tensor b)': expected (TensorType, TensorType), given (TensorType, DType)");

    [Theory]
    [InlineData("Tensor?", "Tensor?")]
    [InlineData("void", "void")]
    [InlineData("Tensor[]", "Tensor[]")]
    [InlineData("(Tensor, Tensor)", "(Tensor, Tensor)")]
    public void Kernel_returns_another_type(string type, string given) => ExpectKernel(
        $"public static {type} Real(Tensor x) => throw new Exception();",
        "EVG010",
        $"t::relu: Real returns another type than the schema's 'Tensor': expected Tensor, given {given}");

    [Fact]
    public void Two_operators_of_one_name() => Expect(
        $$"""
        {{Relu}}
        public static partial class First { {{FakeRelu}} }
        [CustomOp("t::relu.default(Tensor x) -> Tensor")] // here
        public static partial class Second { {{FakeRelu}} }
        """,
        "EVG011",
        "t::relu: expected one operator of this name in the assembly, given Second besides First: give one of them another name or overload");

    [Fact]
    public void Two_kernels_for_one_backend() => Expect(
        $$"""
        {{Relu}}
        public static partial class Relu
        {
            {{FakeRelu}}
            [Kernel("cuda")]
            public static Tensor Fast(Tensor x) => x;
            [Kernel("CUDA")]
            public static Tensor Slow(Tensor x) => x; // here
        }
        """,
        "EVG012",
        "t::relu: expected one kernel for backend 'CUDA', given Slow besides Fast");

    [Theory]
    [InlineData("str[] names", "parameter 'names'", "a single type, its optional, a list of SymInt, int, float or bool, its optional, Tensor[] or Tensor?[]", "str[]")]
    [InlineData("int?[] n", "parameter 'n'", "a single type, its optional, a list of SymInt, int, float or bool, its optional, Tensor[] or Tensor?[]", "int?[]")]
    [InlineData("Tensor[]? n", "parameter 'n'", "a single type, its optional, a list of SymInt, int, float or bool, its optional, Tensor[] or Tensor?[]", "Tensor[]?")]
    [InlineData("ScalarType d=short", "the default of parameter 'd'", "float, float32, double, float64, half, float16, bfloat16, int8, uint8, int, int32, long, int64, bool", "short")]
    public void Unsupported_parameter_type(string parameter, string what, string expected, string given) => Expect(
        $$"""
        [CustomOp("t::f({{parameter}}) -> Tensor")] // here
        public static partial class F;
        """,
        "EVG013",
        $"t::f: {what} has a type that operators cannot have: expected {expected}, given '{given}'");

    [Theory]
    [InlineData("int", "int")]
    [InlineData("Tensor?", "Tensor?")]
    [InlineData("(Tensor, Tensor[] rest)", "Tensor, Tensor[] rest")]
    public void Unsupported_result_type(string results, string given) => Expect(
        $$"""
        [CustomOp("t::f(Tensor x) -> {{results}}")] // here
        public static partial class F;
        """,
        "EVG013",
        $"t::f: the result has a type that operators cannot have: expected one Tensor, several Tensor, one Tensor[], or (), given '{given}'");

    [Fact]
    public void SplitAxis_has_another_signature() => ExpectMember(
        "public static AxisSplit? SplitAxis(int axis) => null;",
        "EVG014",
        "t::relu: SplitAxis has another signature than the generator calls: expected 'static AxisSplit? SplitAxis(AxisQuery)', given 'static AxisSplit? SplitAxis(int)'");

    [Fact]
    public void Sample_has_another_signature() => ExpectMember(
        "public static OperatorSample? Sample(SampleBuilder builder) => null;",
        "EVG014",
        "t::relu: Sample has another signature than the generator calls: expected 'static OperatorSample Sample(SampleBuilder)', given 'static OperatorSample? Sample(SampleBuilder)'");

    [Theory]
    [InlineData("Definition")]
    [InlineData("Adapters")]
    public void Name_is_taken(string name) => ExpectMember(
        $"public const int {name} = 1;",
        "EVG015",
        $"Relu: expected no member named {name}, which the generator writes, given one: rename it");

    [Fact]
    public void Kernel_is_generic() => ExpectKernel(
        "public static Tensor Real<T>(Tensor x) => x;",
        "EVG016",
        "t::relu: expected Real without type parameters, given Real<T>");

    [Fact]
    public void Type_that_does_not_exist_is_left_to_the_compiler()
    {
        var compiled = new Compiled(Relu + "public static partial class Relu { public static TensorTyp Fake(TensorTyp x) => x; }");
        Assert.Empty(compiled.Reported);
        Assert.Contains(compiled.CompilerErrors, error => error.Contains("CS0246", StringComparison.Ordinal));
    }

    [Fact]
    public void One_bad_operator_leaves_the_others()
    {
        var compiled = new Compiled(Snippets.Mm + Relu + "public static partial class Relu;");
        Assert.Equal("EVG004", Assert.Single(compiled.Reported).Id);
        Assert.Empty(compiled.CompilerErrors);
        Assert.DoesNotContain("Relu", compiled.Generated("OperatorLibrary.g.cs"), StringComparison.Ordinal);
    }

    private static void ExpectKernel(string method, string id, string text) => ExpectMember("[Kernel(\"k\")]\n" + method, id, text);

    private static void ExpectMember(string member, string id, string text) => Expect(
        $$"""
        {{Relu}}
        public static partial class Relu
        {
            {{FakeRelu}}
            {{member}} // here
        }
        """,
        id,
        text);

    private static void Expect(string snippet, string id, string text, int? column = null) =>
        Expectation.Single(new Compiled(snippet), id, text, column);
}
