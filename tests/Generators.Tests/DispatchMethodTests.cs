using Evergraph.Graph;

namespace Evergraph.Generators.Tests;

/// <summary>What the generator writes for <c>[DispatchMethod]</c>, as text and run.</summary>
public class DispatchMethodTests
{
    [Fact]
    public void Bodies()
    {
        var compiled = Compile("t");
        Assert.Empty(compiled.Reported);
        Assert.Empty(compiled.CompilerErrors);
        Golden.Match("Layer.Dispatch.txt", compiled.Generated("Ops.Layer.Dispatch.g.cs"));
        Golden.Match("Inner.Dispatch.txt", compiled.Generated("Ops.Outer`1+Inner.Dispatch.g.cs"));
    }

    [Fact]
    public void Arguments_come_from_parameters_then_members_then_the_schemas_defaults() => Assert.Equal(
        "Float32 Int8 Float32  4 0.5 2,3 -2 7 6 True a Float16 | True True True"
        + " | Int8 Int8 Float32 Float32 9 0.5 5 -2 7 6 False a Float16"
        + " | Float32 Float32  Int8 4 0.5 2,3 -2 7 6 True a Float16"
        + " | True 2 True | touched",
        (string)Call("bound", "Call", Tensor.Zeros(DType.Float32, 1), Tensor.Zeros(DType.Int8, 1)));

    [Fact]
    public void Under_a_tracer_a_node_carries_the_authors_file_and_line()
    {
        var graph = (TensorGraph)Call("traced", "Trace", Tensor.Zeros(DType.Float32, 2));
        var node = Assert.Single(graph.Nodes);
        int line = 1 + Array.FindIndex(Compile("traced").Source.Split('\n'), text => text.Contains(" Forward(Tensor x);", StringComparison.Ordinal));
        Assert.Equal(("traced::all", "Ops.cs", line), (node.Operator.Name, node.Source.File, node.Source.Line));
    }

    [Fact]
    public void Operator_of_a_referenced_assembly_is_found_by_its_librarys_entries()
    {
        var compiled = new Compiled(
            """
            public partial class Layer
            {
                [DispatchMethod("evergraph::silu_and_mul")]
                public partial Tensor Forward(Tensor x);
            }
            """,
            withCustomOps: true,
            standIn: DispatchSnippets.Site);
        Assert.Empty(compiled.Reported);
        Assert.Empty(compiled.CompilerErrors);
        Assert.Contains("new(global::Evergraph.CustomOps.SiluAndMul.Definition);", compiled.Generated("Ops.Layer.Dispatch.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_operator_goes_before_one_of_a_reference()
    {
        var other = new Compiled(DispatchSnippets.Relu, "Other").ToReference();
        var compiled = new Compiled(
            DispatchSnippets.Relu.Replace("class Relu", "class Own", StringComparison.Ordinal) + "public partial class Layer { [DispatchMethod(\"t::relu\")] public partial Tensor Forward(Tensor x); }",
            withCustomOps: true,
            standIn: DispatchSnippets.Site,
            more: other);
        Assert.Empty(compiled.CompilerErrors);
        Assert.Contains("new(global::Ops.Own.Definition);", compiled.Generated("Ops.Layer.Dispatch.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Friend_can_name_an_internal_operator()
    {
        const string Friend = "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"My-Ops.1\")]";
        var other = new Compiled(DispatchSnippets.Relu.Replace("public static partial", "internal static partial", StringComparison.Ordinal), "Other", standIn: Friend).ToReference();
        var compiled = new Compiled(
            "public partial class Layer { [DispatchMethod(\"t::relu\")] public partial Tensor Forward(Tensor x); }",
            withCustomOps: true,
            standIn: DispatchSnippets.Site,
            more: other);
        Assert.Empty(compiled.Reported);
        Assert.Empty(compiled.CompilerErrors);
    }

    [Fact]
    public void Optional_takes_what_is_always_there()
    {
        var compiled = new Compiled(
            """
            [CustomOp("t::options(Tensor?[] xs, Tensor? weight, SymInt? n, SymInt[]? ns, float? eps) -> Tensor")]
            public static partial class Options { public static TensorType Fake(TensorType?[] xs, TensorType? weight, Dim? n, Dim[]? ns, double? eps) => xs[0]!; }
            public partial class Layer(Parameter weight)
            {
                public Parameter Weight => weight;
                public long[] Ns => [1];
                [DispatchMethod("t::options")] public partial Tensor Forward(Tensor[] xs, long n, double eps);
            }
            """,
            withCustomOps: true,
            standIn: DispatchSnippets.Site);
        Assert.Empty(compiled.Reported);
        Assert.Empty(compiled.CompilerErrors);
    }

    // Names of operators of their own, because a loaded assembly may install them for the whole process.
    private static Compiled Compile(string space) => new(
        (DispatchSnippets.Relu + DispatchSnippets.Layers).Replace("t::", space + "::", StringComparison.Ordinal),
        char.ToUpperInvariant(space[0]) + space[1..],
        withCustomOps: true,
        standIn: DispatchSnippets.Site);

    private static object Call(string space, string method, params object[] tensors) =>
        Compile(space).Load().GetType("Ops.Calls")!.GetMethod(method)!.Invoke(null, tensors)!;
}
