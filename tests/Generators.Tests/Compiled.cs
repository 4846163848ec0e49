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
    /// <param name="more">Further references.</param>
    public Compiled(string snippet, string assembly = "My-Ops.1", bool withCustomOps = false, params ReadOnlySpan<MetadataReference> more)
    {
        Source = (withCustomOps ? CustomOpsHeader : Header) + snippet;
        Input = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(Source, path: "Ops.cs")],
            [.. AllReferences.Where(reference => withCustomOps || Path.GetFileName(reference.FilePath) != CustomOpsAssembly), .. more],
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999, generalDiagnosticOption: ReportDiagnostic.Error));
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
    public Assembly Load()
    {
        Assert.Empty(Reported);
        Assert.Empty(CompilerErrors);
        using var stream = new MemoryStream();
        var emitted = _compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        stream.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(stream);
    }
}
