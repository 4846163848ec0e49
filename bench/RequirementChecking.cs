using BenchmarkDotNet.Attributes;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Bench;

/// <summary>
/// What a call costs before the first node: inputs against the graph, symbols bound, requirements checked. The graph is a
/// typical decoder's: three inputs over two symbols, one size derived, eight requirements. Aim: at most 200 ns, no bytes.
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
            [.. Enumerable.Range(0, 8).Select(i => Requirement(batch, tokens, i))]);
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

    // 32·s ≤ 16·s·b + 65536·(i + 1), and every other one through a floor-division.
    private static Requirement Requirement(Dim batch, Dim tokens, int i) => new(
        (i % 2 == 0 ? tokens * 32 : (tokens + i) / 4) <= (tokens * batch * 16) + (65536 * (i + 1)), "too many tokens", "bench::requirement", NodeSource.None);
}
