using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Graph.Import.TorchExport;
using Evergraph.Runtime;

namespace Evergraph.Bench;

/// <summary>
/// A PyTorch export of a 28-layer Qwen3, from the file to a graph that can run. Aim: 100 ms warm, at most 300; PyTorch's
/// export alone takes 7 to 9 s.
/// </summary>
public class CompileTwentyEightLayers
{
    private readonly OperatorRegistry _registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
    private readonly string _path = Path.Combine(RepositoryRoot(), "tests", "fixtures", "qwen3_28layers.pt2");

    [Benchmark]
    public CompiledGraph ImportPassesAndCompile() => GraphCompiler.Compile(TorchExportImporter.Import(_path, _registry).Graph, new() { Operators = _registry });

    [Benchmark]
    public TensorGraph ImportOnly() => TorchExportImporter.Import(_path, _registry).Graph;

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
