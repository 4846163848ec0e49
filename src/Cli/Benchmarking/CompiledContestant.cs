using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>A graph that we compiled, on all of its ranks.</summary>
internal sealed class CompiledContestant(string name, CompiledGraph compiled) : IContestant
{
    private Tensor[] _inputs = [];

    public string Name { get; } = name;

    public void Prepare(Tensor[] inputs) => _inputs = inputs;

    public void Run() => _ = FirstResult();

    public Tensor FirstResult() => compiled.Ranks == 1 ? compiled.Run(_inputs)[0] : compiled.RunOnRanks(_inputs)[0][0];

    public void Dispose() => compiled.Dispose();
}
