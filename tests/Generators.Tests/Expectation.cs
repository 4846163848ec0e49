using Microsoft.CodeAnalysis;

namespace Evergraph.Generators.Tests;

/// <summary>That a snippet gives one error, with this text, on the line marked with <c>// here</c>.</summary>
internal static class Expectation
{
    public static void Single(Compiled compiled, string id, string text, int? column = null)
    {
        var diagnostic = Assert.Single(compiled.Reported);
        var place = diagnostic.Location.GetLineSpan();
        string line = compiled.Source.Split('\n')[place.StartLinePosition.Line];
        Assert.Equal((id, text), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("Ops.cs", place.Path);
        Assert.True(line.Contains("// here", StringComparison.Ordinal), $"the error stands on '{line}'");
        if (column is { } expected)
            Assert.Equal(expected, place.StartLinePosition.Character + 1);
    }
}
