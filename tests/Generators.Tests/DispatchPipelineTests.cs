extern alias generators;

using generators::Evergraph.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators.Tests;

/// <summary>What an edit does not touch is not written anew: implementations and layers' methods.</summary>
public class DispatchPipelineTests
{
    private const string Library = "OperatorImplementations.g.cs";
    private const string Layer = "Ops.Layer.Dispatch.g.cs";

    private static readonly Compiled Before = new(
        DispatchSnippets.Relu + DispatchSnippets.Implementations.Replace("class Layer;", "class OtherLayer;", StringComparison.Ordinal).Replace("Layer? layer", "OtherLayer? layer", StringComparison.Ordinal)
            + DispatchSnippets.Layers,
        withCustomOps: true,
        standIn: DispatchSnippets.Site);

    [Fact]
    public void Unrelated_edit_reuses_every_output()
    {
        Assert.Empty(Before.CompilerErrors);
        var result = Rerun(Before.Input.AddSyntaxTrees(Parse("namespace Ops { public static class Elsewhere; }")));
        Assert.All(Outputs(result), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.Equal(IncrementalStepRunReason.Unchanged, Assert.Single(Reasons(result, OperatorGenerator.ReferencedStep)));
        Assert.All(Reasons(result, OperatorGenerator.BindingStep), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Moving_an_implementation_and_rewriting_its_body_reuses_what_was_written()
    {
        var result = Edit("[Implementation(typeof(Pair)", "// a comment\n[Implementation(typeof(Pair)", "the test says so", "other words");
        Assert.All(Reasons(result, OperatorGenerator.ImplementationStep), reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.Equal(Before.Generated(Library), Text(result, Library));
    }

    [Fact]
    public void Edit_of_an_attribute_writes_the_implementations_anew()
    {
        var result = Edit("Priority = 7", "Priority = 8");
        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(result, OperatorGenerator.ImplementationStep));
        Assert.Contains("Priority = 8,", Text(result, Library), StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_of_a_body_reuses_what_was_written_for_layers()
    {
        var result = Edit("\"touched\"", "\"put\"");
        Assert.All(Reasons(result, OperatorGenerator.BindingStep), reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.Equal(Before.Generated(Layer), Text(result, Layer));
    }

    [Fact]
    public void Edit_of_a_schema_binds_anew()
    {
        var result = Edit("flag=True", "flag=False", "float eps=1e-06, SymInt[] sizes=[2, 3]", "float eps=1e-06, SymInt[] sizes=[4]");
        Assert.Contains(IncrementalStepRunReason.Modified, Reasons(result, OperatorGenerator.BindingStep));
        Assert.Contains("{ 4L }", Text(result, Layer), StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_of_a_members_type_binds_anew()
    {
        var result = Edit("internal long Heads => 4;", "internal int Heads => 4;");
        Assert.Equal("EVG030", Assert.Single(result.Diagnostics).Id);
    }

    private static GeneratorRunResult Edit(params ReadOnlySpan<string> fromTo)
    {
        string text = Before.Source;
        for (int i = 0; i < fromTo.Length; i += 2)
        {
            Assert.Contains(fromTo[i], text, StringComparison.Ordinal);
            text = text.Replace(fromTo[i], fromTo[i + 1], StringComparison.Ordinal);
        }

        return Rerun(Before.Input.ReplaceSyntaxTree(Before.Input.SyntaxTrees[0], Parse(text)));
    }

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, path: "Ops.cs");

    private static GeneratorRunResult Rerun(Compilation compilation) => Before.Driver.RunGenerators(compilation).GetRunResult().Results[0] switch
    {
        { Exception: { } exception } => throw exception,
        var result => result,
    };

    private static string Text(GeneratorRunResult result, string file) => result.GeneratedSources.Single(source => source.HintName == file).SourceText.ToString();

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(pair => pair.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step)
    {
        IncrementalStepRunReason[] reasons = [.. result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];
        Assert.NotEmpty(reasons);
        return reasons;
    }
}
