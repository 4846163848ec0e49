extern alias generators;

using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using generators::Evergraph.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Evergraph.Generators.Tests;

/// <summary>A snippet run through the generator and the compiler, against the real Evergraph.Graph and, where asked for, Evergraph.CustomOps.</summary>
internal sealed class Compiled
{
    private const string Header = """
        using System;
        using Evergraph.Graph;
        using static Evergraph.Graph.FakeContext;

        namespace Ops;

        """;

    private const string CustomOpsHeader = """
        using System;
        using Evergraph.CustomOps.Dispatch;
        using Evergraph.CustomOps.Layers;
        using Evergraph.Graph;
        using static Evergraph.Graph.FakeContext;

        namespace Ops;

        """;

    // A type of the snippet hides that of a reference: what a stand-in is for.
    private const string StandsIn = "CS0436";

    private const string CustomOpsAssembly = "Evergraph.CustomOps.dll";

    private static readonly ImmutableArray<PortableExecutableReference> AllReferences =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "Evergraph.Generators.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Compilation _compilation;

    /// <param name="snippet">The code behind the usings and the namespace.</param>
    /// <param name="assembly">The assembly's name.</param>
    /// <param name="withCustomOps">Whether the snippet sees Evergraph.CustomOps.</param>
    /// <param name="standIn">A file of types that stand in for those of the same name, or null.</param>
    /// <param name="more">Further references.</param>
    public Compiled(
        string snippet, string assembly = "My-Ops.1", bool withCustomOps = false, string? standIn = null, params ReadOnlySpan<MetadataReference> more)
    {
        Source = (withCustomOps ? CustomOpsHeader : Header) + snippet;
        Input = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(Source, path: "Ops.cs"), .. standIn is null ? Array.Empty<SyntaxTree>() : [CSharpSyntaxTree.ParseText(standIn, path: "StandIn.cs")]],
            [.. AllReferences.Where(reference => withCustomOps || Path.GetFileName(reference.FilePath) != CustomOpsAssembly), .. more],
            new(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                warningLevel: 9999,
                generalDiagnosticOption: ReportDiagnostic.Error,
                specificDiagnosticOptions: [new(StandsIn, ReportDiagnostic.Suppress)]));
        Driver = NewDriver().RunGeneratorsAndUpdateCompilation(Input, out _compilation, out var diagnostics);
        Reported = [.. diagnostics];
        Result = Driver.GetRunResult();
    }

    public string Source { get; }

    public CSharpCompilation Input { get; }

    public GeneratorDriver Driver { get; }

    public GeneratorDriverRunResult Result { get; }

    /// <summary>What the generator reported.</summary>
    public IReadOnlyList<Diagnostic> Reported { get; }

    /// <summary>Errors and warnings of the compiler, over the snippet and the generated code.</summary>
    public IReadOnlyList<string> CompilerErrors =>
        [.. _compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())];

    public static GeneratorDriver NewDriver() => CSharpGeneratorDriver.Create(
        [new OperatorGenerator().AsSourceGenerator()],
        driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The generated file whose name ends so.</summary>
    public string Generated(string file) =>
        Result.Results[0].GeneratedSources.Single(source => source.HintName.EndsWith(file, StringComparison.Ordinal)).SourceText.ToString();

    /// <summary>Compiles and loads the snippet; fails on any error, warning or report.</summary>
    public Assembly Load() => AssemblyLoadContext.Default.LoadFromStream(Emit());

    /// <summary>Compiles the snippet for another to refer to; fails on any error, warning or report.</summary>
    public MetadataReference ToReference() => MetadataReference.CreateFromStream(Emit());

    private MemoryStream Emit()
    {
        Assert.Empty(Reported);
        Assert.Empty(CompilerErrors);
        var stream = new MemoryStream();
        var emitted = _compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        stream.Position = 0;
        return stream;
    }
}
