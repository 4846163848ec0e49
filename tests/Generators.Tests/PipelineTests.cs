extern alias generators;

using generators::Evergraph.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators.Tests;

/// <summary>The generator runs at every keystroke: what an edit does not touch is not written anew.</summary>
public class PipelineTests
{
    private static readonly Compiled Before = new(Snippets.Mm);

    [Fact]
    public void Unrelated_edit_reuses_every_output()
    {
        var after = Before.Input.AddSyntaxTrees(Parse("namespace Ops { public static class Elsewhere; }"));
        var result = Rerun(after);
        Assert.All(Outputs(result), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Moving_an_operator_and_rewriting_its_bodies_reuses_what_was_written()
    {
        string moved = Before.Source
            .Replace("[CustomOp", "// a comment\n[CustomOp", StringComparison.Ordinal)
            .Replace("inner sizes differ", "other words", StringComparison.Ordinal);
        var result = Rerun(Before.Input.ReplaceSyntaxTree(Before.Input.SyntaxTrees[0], Parse(moved)));
        Assert.Equal(IncrementalStepRunReason.Unchanged, Reason(result, OperatorGenerator.ModelStep));
        Assert.Equal(Before.Generated("Ops.Mm.g.cs"), result.GeneratedSources[0].SourceText.ToString());
    }

    [Fact]
    public void Edit_of_the_schema_writes_anew()
    {
        string edited = Before.Source.Replace("aten::mm(", "aten::mm2(", StringComparison.Ordinal);
        var result = Rerun(Before.Input.ReplaceSyntaxTree(Before.Input.SyntaxTrees[0], Parse(edited)));
        Assert.Equal(IncrementalStepRunReason.Modified, Reason(result, OperatorGenerator.ModelStep));
        Assert.Contains("aten::mm2", result.GeneratedSources[0].SourceText.ToString(), StringComparison.Ordinal);
    }

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, path: "Ops.cs");

    private static GeneratorRunResult Rerun(Compilation compilation) => Before.Driver.RunGenerators(compilation).GetRunResult().Results[0] switch
    {
        { Exception: { } exception } => throw exception,
        var result => result,
    };

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(pair => pair.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);

    private static IncrementalStepRunReason Reason(GeneratorRunResult result, string step) =>
        Assert.Single(Assert.Single(result.TrackedSteps[step]).Outputs).Reason;
}
