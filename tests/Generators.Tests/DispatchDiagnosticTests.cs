using Microsoft.CodeAnalysis;

namespace Evergraph.Generators.Tests;

/// <summary>Every error over <c>[DispatchMethod]</c>: its id, its text, and that it stands on the author's line, marked with <c>// here</c>.</summary>
public class DispatchDiagnosticTests
{
    private const string Norm = """
        [CustomOp("t::norm(Tensor x, Tensor weight, Tensor? bias, SymInt n, float eps=1e-06) -> Tensor")]
        public static partial class Norm { public static TensorType Fake(TensorType x, TensorType weight, TensorType? bias, Dim n, double eps) => x; }

        """;

    private const string GoodMembers = "public required Parameter Weight { get; init; } public Parameter? Bias { get; init; } public long N => 1;";

    [Theory]
    [InlineData("public static partial Tensor Forward(Tensor x);", "a static method: take out 'static': what is called receives the layer")]
    [InlineData("public Tensor Forward(Tensor x) => x;", "a method that is not partial: add 'partial'")]
    [InlineData("public partial Tensor Forward(Tensor x) => x;", "a method with a body: take the body out: the generator writes it")]
    [InlineData("public partial Tensor Forward<T>(Tensor x);", "a generic method: take the type parameters out")]
    public void Method_cannot_be_bound(string method, string given) => ExpectMethod(
        method, "EVG024", $"t::relu: expected an instance method 'partial Tensor Forward(...);' without a body, given {given}");

    [Fact]
    public void Method_has_its_body_in_another_part() => ExpectMethod(
        "public partial Tensor Forward(Tensor x); // here\npublic partial Tensor Forward(Tensor x) => x;",
        "EVG024",
        "t::relu: expected an instance method 'partial Tensor Forward(...);' without a body, given a method with a body: take the body out: the generator writes it");

    [Fact]
    public void Local_function_cannot_be_bound() => Expect(
        """
        public partial class Layer
        {
            public Tensor Outer(Tensor t)
            {
                return Forward(t);
                [DispatchMethod("t::relu")]
                Tensor Forward(Tensor x) => x; // here
            }
        }
        """,
        "EVG024",
        "t::relu: expected an instance method 'partial Tensor Forward(...);' without a body, given a local function or an accessor: make it a method of the layer");

    [Theory]
    [InlineData("public sealed class Layer", "'public sealed class Layer'")]
    [InlineData("public partial struct Layer", "'public partial struct Layer'")]
    [InlineData("public partial record struct Layer", "'public partial record struct Layer'")]
    [InlineData("file partial class Layer", "the file-local 'class Layer'")]
    public void Layer_is_not_a_partial_class(string declaration, string given) => Expect(
        $$"""
        {{declaration}} // here
        {
            [DispatchMethod("t::relu")]
            public partial Tensor Forward(Tensor x);
        }
        """,
        "EVG025",
        $"t::relu: a method with [DispatchMethod] stands in a partial class: expected 'partial class Layer', given {given}");

    [Fact]
    public void Class_around_the_layer_is_not_partial() => Expect(
        """
        public static class Outer // here
        {
            public partial class Layer
            {
                [DispatchMethod("t::relu")]
                public partial Tensor Forward(Tensor x);
            }
        }
        """,
        "EVG025",
        "t::relu: a method with [DispatchMethod] stands in a partial class: expected 'partial class Outer', given 'public static class Outer'");

    [Theory]
    [InlineData("t::relo", "t::relo", "t::relu, ")]
    [InlineData("t::norm.out", "t::norm.out", "t::norm, ")]
    [InlineData("evergraph::rms_nrm", "evergraph::rms_nrm", "evergraph::rms_norm, ")]
    public void Operator_is_unknown(string name, string given, string near)
    {
        var compiled = Compile(Layer($"[DispatchMethod(\"{name}\")] public partial Tensor Forward(Tensor x); // here"));
        var diagnostic = Assert.Single(compiled.Reported);
        Assert.Equal("EVG026", diagnostic.Id);
        Assert.StartsWith($"Layer.Forward: expected one operator named '{given}', given none; the nearest are {near}", diagnostic.GetMessage(), StringComparison.Ordinal);
        Assert.Contains("// here", compiled.Source.Split('\n')[diagnostic.Location.GetLineSpan().StartLinePosition.Line], StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_no_operators_at_all()
    {
        var compiled = new Compiled(
            "public partial class Layer { [Evergraph.CustomOps.Dispatch.DispatchMethod(\"t::relu\")] public partial Tensor Forward(Tensor x); } // here",
            standIn: """
                namespace Evergraph.CustomOps.Dispatch;
                internal sealed class DispatchMethodAttribute(string name) : System.Attribute { public string Name => name; }
                """);
        Expectation.Single(compiled, "EVG026", "Layer.Forward: expected one operator named 't::relu', given none at all: reference an assembly with [CustomOp] classes");
    }

    [Fact]
    public void Operator_is_internal_to_another_assembly() => Expect(
        Layer("[DispatchMethod(\"t::hidden\")] public partial Tensor Forward(Tensor x); // here"),
        "EVG026",
        "Layer.Forward: expected one operator named 't::hidden', given Ops.Relu, which is internal to Other: make it public",
        new Compiled(Other("hidden").Replace("public static partial", "internal static partial", StringComparison.Ordinal), "Other").ToReference());

    [Fact]
    public void Operator_is_in_two_assemblies() => Expect(
        Layer("[DispatchMethod(\"t::twice\")] public partial Tensor Forward(Tensor x); // here"),
        "EVG026",
        "Layer.Forward: expected one operator named 't::twice', given one in each of First, Second: reference one of them",
        new Compiled(Other("twice"), "First").ToReference(),
        new Compiled(Other("twice"), "Second").ToReference());

    [Theory]
    [InlineData("input", "x, weight, bias, n, eps")]
    [InlineData("X", "x, weight, bias, n, eps")]
    public void Parameter_is_not_the_operators(string name, string names) => ExpectNorm(
        GoodMembers,
        $"public partial Tensor Forward(Tensor x, Tensor {name}); // here",
        "EVG027",
        $"t::norm: parameter '{name}' of Layer.Forward is not the operator's: expected one of {names}: rename it or take it out");

    [Theory]
    [InlineData("TensorType weight", "weight", "Tensor weight", "Tensor", "TensorType")]
    [InlineData("ref Tensor weight", "weight", "Tensor weight", "Tensor", "ref Tensor")]
    [InlineData("Parameter weight", "weight", "Tensor weight", "Tensor", "Parameter")]
    [InlineData("int n", "n", "SymInt n", "Dim or long", "int")]
    [InlineData("float eps", "eps", "float eps=1e-06", "double", "float")]
    public void Parameter_has_another_type(string parameter, string name, string schema, string expected, string given) => ExpectNorm(
        GoodMembers,
        $"public partial Tensor Forward(Tensor x,\n{parameter}); // here",
        "EVG008",
        $"t::norm: parameter '{name}' of Layer.Forward has another type than the schema's '{schema}': expected {expected}, given {given}");

    [Theory]
    [InlineData("Tensor? weight", "weight", "Tensor weight", "Tensor", "Tensor?")]
    [InlineData("long? n", "n", "SymInt n", "Dim or long", "long?")]
    public void Parameter_has_another_nullability(string parameter, string name, string schema, string expected, string given) => ExpectNorm(
        GoodMembers,
        $"public partial Tensor Forward(Tensor x,\n{parameter}); // here",
        "EVG009",
        $"t::norm: parameter '{name}' of Layer.Forward has another nullability than the schema's '{schema}': expected {expected}, given {given}");

    [Theory]
    [InlineData("Tensor?", "Tensor?")]
    [InlineData("void", "void")]
    [InlineData("ref Tensor", "ref Tensor")]
    [InlineData("(Tensor, Tensor)", "(Tensor, Tensor)")]
    public void Method_returns_another_type(string type, string given) => ExpectMethod(
        $"public partial {type} Forward(Tensor x);",
        "EVG010",
        $"t::relu: Layer.Forward returns another type than the schema's 'Tensor': expected Tensor, given {given}");

    [Theory]
    [InlineData("public Parameter? Bias; public long N;", "Tensor weight", "Tensor weight", "Tensor or Parameter Weight")]
    [InlineData("public Tensor? Weight() => null; public static Tensor? weight; private protected Tensor? Weights { set { } } public Parameter? Bias; public long N;", "Tensor weight", "Tensor weight", "Tensor or Parameter Weight")]
    [InlineData("public required Tensor Weight; public long N;", "Tensor? bias", "Tensor? bias", "Tensor? or Parameter? Bias")]
    [InlineData("public required Tensor Weight; public Tensor? Bias { get; set; }", "SymInt n", "Dim or long n", "Dim or long N")]
    public void Argument_is_missing(string members, string schema, string parameter, string member) => ExpectNorm(
        members,
        "public partial Tensor Forward(Tensor x); // here",
        "EVG028",
        $"t::norm: Layer.Forward has nothing for the schema's '{schema}': expected a parameter '{parameter}' or an instance member '{member}', given none");

    [Fact]
    public void Members_are_ambiguous() => ExpectNorm(
        GoodMembers + "private readonly double _eps = 1; public double Eps => _eps;",
        "public partial Tensor Forward(Tensor x); // here",
        "EVG029",
        "t::norm: Layer.Forward has several members for the schema's 'float eps=1e-06': expected one, given _eps, Eps: rename the others, or take it as a parameter");

    [Theory]
    [InlineData("public TensorType Weight => null!; public Parameter? Bias; public long N;", "Weight", "Tensor weight", "Tensor or Parameter", "TensorType")]
    [InlineData("public Tensor? Weight; public Parameter? Bias; public long N;", "Weight", "Tensor weight", "Tensor or Parameter", "Tensor?")]
    [InlineData("public Parameter? Weight; public Parameter? Bias; public long N;", "Weight", "Tensor weight", "Tensor or Parameter", "Parameter?")]
    [InlineData("public required Tensor Weight; public int Bias; public long N;", "Bias", "Tensor? bias", "Tensor? or Parameter?", "int")]
    [InlineData("public required Tensor Weight; public Tensor? Bias { get; set; } public int N;", "N", "SymInt n", "Dim or long", "int")]
    [InlineData(GoodMembers + "public float _eps;", "_eps", "float eps=1e-06", "double", "float")]
    public void Member_has_another_type(string members, string member, string schema, string expected, string given) => ExpectNorm(
        members,
        "public partial Tensor Forward(Tensor x); // here",
        "EVG030",
        $"t::norm: member '{member}', which Layer.Forward takes for the schema's '{schema}', has another type: expected {expected}, given {given}");

    [Fact]
    public void Operator_with_errors_of_its_own_is_not_blamed_twice()
    {
        var compiled = Compile(
            """
            [CustomOp("t::bad(Tensor x) -> Tensor")]
            public static partial class Bad;

            """ + Layer("[DispatchMethod(\"t::bad\")] public partial Tensor Forward(Tensor x);"));
        Assert.Equal("EVG004", Assert.Single(compiled.Reported).Id);
    }

    [Fact]
    public void One_bad_method_leaves_the_others()
    {
        var compiled = Compile(Layer(
            """
            [DispatchMethod("t::relu")] public partial Tensor Good(Tensor x);
            [DispatchMethod("t::relu")] public partial Tensor Bad(Tensor y);
            """));
        Assert.Equal(["EVG027", "EVG028"], compiled.Reported.Select(diagnostic => diagnostic.Id).Order());
        Assert.Contains("Good(", compiled.Generated("Ops.Layer.Dispatch.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("Bad(", compiled.Generated("Ops.Layer.Dispatch.g.cs"), StringComparison.Ordinal);
    }

    private static void ExpectMethod(string method, string id, string text) =>
        Expect(Layer($"[DispatchMethod(\"t::relu\")]\n{method} // here"), id, text);

    private static void ExpectNorm(string members, string method, string id, string text) =>
        Expect(Layer($"{members}\n[DispatchMethod(\"t::norm\")]\n{method}"), id, text);

    private static string Layer(string members) => "public partial class Layer\n{\n" + members + "\n}\n";

    private static string Other(string name) => DispatchSnippets.Relu.Replace("t::relu", "t::" + name, StringComparison.Ordinal);

    private static Compiled Compile(string snippet, params ReadOnlySpan<MetadataReference> more) =>
        new(DispatchSnippets.Relu + Norm + snippet, withCustomOps: true, standIn: DispatchSnippets.Site, more: more);

    private static void Expect(string snippet, string id, string text, params ReadOnlySpan<MetadataReference> more) =>
        Expectation.Single(Compile(snippet, more), id, text);
}
