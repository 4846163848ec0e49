using Evergraph.Graph;

namespace Evergraph.Generators.Tests;

public class GoldenTests
{
    private static readonly Compiled Three = new(Snippets.Mm + Snippets.TopK + Snippets.Split);

    [Fact]
    public void Generated_code_compiles_with_nullable_and_warnings_as_errors()
    {
        Assert.Empty(Three.Reported);
        Assert.Empty(Three.CompilerErrors);
    }

    [Theory]
    [InlineData("Mm")]
    [InlineData("TopK")]
    [InlineData("SplitWithSizes")]
    public void Operator(string name) => Golden.Match($"{name}.txt", Three.Generated($"Ops.{name}.g.cs"));

    [Fact]
    public void Library() => Golden.Match("OperatorLibrary.txt", Three.Generated("OperatorLibrary.g.cs"));

    [Fact]
    public void Library_that_a_dispatcher_is_there_for()
    {
        var compiled = new Compiled(Snippets.Mm, standIn: DispatchSnippets.Dispatcher);
        Assert.Empty(compiled.CompilerErrors);
        Golden.Match("OperatorLibrary.Installed.txt", compiled.Generated("OperatorLibrary.g.cs"));
    }

    [Fact]
    public void Nothing_is_written_for_an_assembly_without_operators() =>
        Assert.Empty(new Compiled("public static class Plain;").Result.GeneratedTrees);

    [Fact]
    public void Traits_default_to_what_the_attribute_holds()
    {
        var traits = new CustomOpAttribute("").Traits;
        Assert.Contains($"global::Evergraph.Graph.OperatorTraits.{traits},", Three.Generated("Ops.Mm.g.cs"), StringComparison.Ordinal);
    }
}
