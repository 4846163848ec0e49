namespace Evergraph.Generators.Tests;

/// <summary>Every error over <c>[Implementation]</c>: its id, its text, and that it stands on the author's line, marked with <c>// here</c>.</summary>
public class ImplementationDiagnosticTests
{
    [Theory]
    [InlineData("Fast", "Fast, which has no [CustomOp]")]
    [InlineData("int[]", "int[], which has no [CustomOp]")]
    public void Class_is_no_operator(string type, string given) => Expect(
        $$"""
        public static class Fast
        {
            [Implementation(typeof({{type}}), "fast")] // here
            public static Tensor Run(Tensor x) => x;
        }
        """,
        "EVG017",
        $"Fast.Run: expected the class of an operator, given {given}: name the class that carries [CustomOp]",
        column: 6);

    [Theory]
    [InlineData("public Tensor Run(Tensor x) => x;", "an instance method: make it static")]
    [InlineData("private static Tensor Run(Tensor x) => x;", "a private method: make it internal or public")]
    [InlineData("protected static Tensor Run(Tensor x) => x;", "a protected method: make it internal or public")]
    [InlineData("private protected static Tensor Run(Tensor x) => x;", "a private protected method: make it internal or public")]
    public void Method_cannot_be_called(string method, string given) => Expect(
        $$"""
        public class Fast
        {
            [Implementation(typeof(Relu), "fast"), Implementation(typeof(Relu), "faster")]
            {{method}} // here
        }
        """,
        "EVG018",
        $"Fast.Run: expected a static method that generated code can call, given {given}");

    [Theory]
    [InlineData("public class Outer { private static class Fast {", "}}", "the private class Fast: make the class internal or public")]
    [InlineData("public class Outer { protected static class Hidden { public static class Fast {", "}}}", "the protected class Hidden: make the class internal or public")]
    [InlineData("file static class Fast {", "}", "the file-local Fast: make the class internal or public")]
    [InlineData("public static class Fast<T> {", "}", "the generic Fast: move it into a class without type parameters")]
    public void Class_of_the_method_cannot_be_named(string open, string close, string given) => Expect(
        $$"""
        {{open}}
            [Implementation(typeof(Relu), "fast")]
            public static Tensor Run(Tensor x) => x; // here
        {{close}}
        """,
        "EVG018",
        $"Fast.Run: expected a static method that generated code can call, given a method of {given}");

    [Fact]
    public void Local_function_cannot_be_called() => Expect(
        """
        public static class Fast
        {
            public static Tensor Outer(Tensor t)
            {
                return Run(t);
                [Implementation(typeof(Relu), "fast")]
                static Tensor Run(Tensor x) => x; // here
            }
        }
        """,
        "EVG018",
        "Fast.Run: expected a static method that generated code can call, given a local function or an accessor: make it a method of the class");

    [Theory]
    [InlineData("Kind = ImplementationKind.Vendor", "expected a Vendor with Kind = Vendor, given none: name whose library it calls")]
    [InlineData("Kind = ImplementationKind.Vendor, Vendor = \" \"", "expected a Vendor with Kind = Vendor, given ' ': name whose library it calls")]
    [InlineData("Kind = ImplementationKind.Vendor, Vendor = \"one,two\"", "expected a Vendor without blanks and without , ; | : = *, given 'one,two': policies name it")]
    [InlineData("Vendor = \"one\"", "expected a Vendor only with Kind = Vendor, given Vendor 'one' with Kind = Default: set Kind = ImplementationKind.Vendor, or take the vendor out")]
    [InlineData("Kind = ImplementationKind.Reference, Vendor = \"one\"", "expected a Vendor only with Kind = Vendor, given Vendor 'one' with Kind = Reference: set Kind = ImplementationKind.Vendor, or take the vendor out")]
    public void Vendor_and_kind_differ(string arguments, string text) =>
        ExpectAttribute($"typeof(Relu), \"fast\", {arguments}", "EVG019", $"t::relu: implementation 'fast': {text}");

    [Theory]
    [InlineData("", "none")]
    [InlineData("public static Availability IsThere(int device) => default;", "'static Availability IsThere(int)'")]
    [InlineData("public static bool IsThere() => true;", "'static bool IsThere()'")]
    [InlineData("public static Availability IsThere<T>() => default;", "'static Availability IsThere()'")]
    [InlineData("private static Availability IsThere() => default;", "a private method: make it internal or public")]
    [InlineData("public Availability IsThere() => default;", "an instance method: make it static")]
    public void Probe_is_missing(string member, string given) => ExpectAttribute(
        "typeof(Relu), \"fast\", Probe = \"IsThere\"",
        "EVG020",
        $"t::relu: implementation 'fast': expected a method 'static Availability IsThere()' of Fast that generated code can call, given {given}",
        member);

    [Fact]
    public void Two_implementations_of_one_id() => Expect(
        """
        public static class Fast
        {
            [Implementation(typeof(Relu), "fast")]
            public static Tensor Run(Tensor x) => x;
            [Implementation(typeof(Relu), "FAST")] // here
            public static Tensor Other(Tensor x) => x;
        }
        """,
        "EVG021",
        "t::relu: expected one implementation with id 'FAST', given Fast.Other besides Fast.Run: give one of them another id");

    [Fact]
    public void Id_is_that_of_the_operators_own_kernel() => ExpectAttribute(
        "typeof(Relu), \"Reference\"",
        "EVG021",
        "t::relu: expected one implementation with id 'Reference', given Fast.Run besides the operator's own kernel Relu.Real: give one of them another id");

    [Fact]
    public void Reference_is_the_operators_own_even_where_it_has_no_kernel() => Expect(
        """
        [CustomOp("t::bare(Tensor x) -> Tensor")]
        public static partial class Bare { public static TensorType Fake(TensorType x) => x; }
        public static class Fast
        {
            [Implementation(typeof(Bare), "reference")] // here
            public static Tensor Run(Tensor x) => x;
        }
        """,
        "EVG021",
        "t::bare: expected one implementation with id 'reference', given Fast.Run besides Bare's own [Kernel(Backend.Reference)], which has that id: give one of them another id");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("my fast")]
    [InlineData("fast;v2")]
    [InlineData("impl:fast")]
    public void Id_cannot_be_named_in_a_policy(string id) => ExpectAttribute(
        $"typeof(Relu), \"{id}\"",
        "EVG022",
        $"t::relu: implementation Fast.Run: expected an id such as 'vectorized', without blanks and without , ; | : =, given '{id}': policies name it");

    [Theory]
    [InlineData("Fast layer", "Fast")]
    [InlineData("int? layer", "int?")]
    [InlineData("ref Fast? layer", "ref Fast?")]
    public void Layer_is_not_a_nullable_class(string parameter, string given) => ExpectMethod(
        $"public static Tensor Run({parameter}, Tensor x) => x;",
        "EVG023",
        $"t::relu: parameter 'layer' of Run: expected a nullable class, because a plain call has no layer, given {given}");

    [Theory]
    [InlineData("public static Tensor Run(Tensor x, long n) => x;", "EVG006", "Run takes another number of parameters than the schema: expected 1 (Tensor x), given 2 (Tensor x, long n)")]
    [InlineData("public static Tensor Run(Fast? layer) => null!;", "EVG006", "Run takes another number of parameters than the schema: expected 1 (Tensor x), given 0 ()")]
    [InlineData("public static Tensor Run(Fast? layer, Tensor y) => y;", "EVG007", "parameter 2 of Run has another name than in the schema: expected 'x', given 'y'")]
    [InlineData("public static Tensor Run(TensorType x) => null!;", "EVG008", "parameter 'x' of Run has another type than the schema's 'Tensor x': expected Tensor, given TensorType")]
    [InlineData("public static Tensor Run(Fast? layer, Tensor? x) => x!;", "EVG009", "parameter 'x' of Run has another nullability than the schema's 'Tensor x': expected Tensor, given Tensor?")]
    [InlineData("public static Tensor? Run(Tensor x) => x;", "EVG010", "Run returns another type than the schema's 'Tensor': expected Tensor, given Tensor?")]
    [InlineData("public static Tensor Run<T>(Tensor x) => x;", "EVG016", "expected Run without type parameters, given Run<T>")]
    public void Method_differs_from_the_schema(string method, string id, string text) => ExpectMethod(method, id, "t::relu: " + text);

    [Fact]
    public void Each_attribute_of_a_method_is_checked_against_its_own_operator() => Expect(
        """
        [CustomOp("t::two(Tensor x, Tensor y) -> Tensor")]
        public static partial class Two { public static TensorType Fake(TensorType x, TensorType y) => x; }
        public static class Fast
        {
            [Implementation(typeof(Relu), "fast"), Implementation(typeof(Two), "fast")]
            public static Tensor Run(Tensor x) => x; // here
        }
        """,
        "EVG006",
        "t::two: Run takes another number of parameters than the schema: expected 2 (Tensor x, Tensor y), given 1 (Tensor x)");

    [Fact]
    public void One_bad_implementation_leaves_the_others()
    {
        var compiled = new Compiled(DispatchSnippets.Relu + Method("public static Tensor Run() => null!;") + DispatchSnippets.Implementations.Replace("class Fast", "class Faster", StringComparison.Ordinal), withCustomOps: true);
        Assert.Equal("EVG006", Assert.Single(compiled.Reported).Id);
        string text = compiled.Generated("OperatorImplementations.g.cs");
        Assert.Contains("vendor.one", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Fast.Run(", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Operator_with_errors_of_its_own_is_not_blamed_twice()
    {
        var compiled = new Compiled(
            """
            [CustomOp("t::bad(Tensor")]
            public static partial class Bad;
            public static class Fast
            {
                [Implementation(typeof(Bad), "fast")]
                public static Tensor Run(Tensor x) => x;
            }
            """,
            withCustomOps: true);
        Assert.Equal("EVG001", Assert.Single(compiled.Reported).Id);
    }

    private static void ExpectAttribute(string arguments, string id, string text, string member = "") => Expect(
        $$"""
        public class Fast
        {
            [Implementation({{arguments}})] // here
            public static Tensor Run(Tensor x) => x;
            {{member}}
        }
        """,
        id,
        text);

    private static void ExpectMethod(string method, string id, string text) => Expect(Method(method), id, text);

    private static string Method(string method) =>
        $$"""
        public class Fast
        {
            [Implementation(typeof(Relu), "fast")]
            {{method}} // here
        }

        """;

    private static void Expect(string snippet, string id, string text, int? column = null) =>
        Expectation.Single(new Compiled(DispatchSnippets.Relu + snippet, withCustomOps: true), id, text, column);
}
