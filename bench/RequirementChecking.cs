using BenchmarkDotNet.Attributes;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Bench;

/// <summary>
/// What a call costs before the first node: inputs against the graph, symbols bound, requirements checked. The graph is a
/// decoder's with a cache: three inputs over two symbols, a derived size, four requirements (PyTorch's Qwen3 leaves none).
/// Aim: at most 200 ns, no bytes.
/// </summary>
public class RequirementChecking
{
    private readonly CallBinder _binder;
    private readonly RequirementChecks _requirements;
    private readonly Tensor[] _inputs = [Tensor.Zeros(DType.Int64, 2, 33), Tensor.Zeros(DType.Int64, 33), Tensor.Zeros(DType.Float32, 2, 66, 64)];
    private readonly long[] _symbols;

    public RequirementChecking()
    {
        Dim batch = new Symbol("b", 1, 64), tokens = new Symbol("s", 1, 8192);
        var graph = new TensorGraph(
            [
                new("input_ids", new(DType.Int64, [batch, tokens])),
                new("position_ids", new(DType.Int64, [tokens])),
                new("cache", new(DType.Float32, [batch, tokens * 2, 64])),
            ],
            [],
            [],
            [],
            [
                Requirement((tokens * 2) + 1 <= 8192),
                Requirement((batch * tokens) <= 65536),
                Requirement(tokens != 4095),
                Requirement((tokens + 3) / 4 <= 2048),
            ]);
        var symbols = new SymbolTable(graph);
        _binder = new(graph, symbols);
        _requirements = new(graph, symbols);
        _symbols = new long[symbols.Count];
    }

    [Benchmark]
    public int BindAndCheck()
    {
        _binder.Bind(_inputs, _symbols);
        return _requirements.CheckAfter(SymbolTable.AtCall, _symbols);
    }

    [Benchmark]
    public int CheckOnly() => _requirements.CheckAfter(SymbolTable.AtCall, _symbols);

    private static Requirement Requirement(Condition condition) => new(condition, "too many tokens", "bench::requirement", NodeSource.None);
}
