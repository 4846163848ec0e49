using Evergraph.Graph;
using Evergraph.Runtime;
using Evergraph.Samples.Qwen3;

namespace Evergraph.Cli.Models;

/// <summary>One run of the demo.</summary>
/// <param name="Ranks">Over how many ranks the model is split.</param>
/// <param name="Tokens">How many tokens came in.</param>
/// <param name="Branches">For each layer the branch that its maybe-nodes took: <c>plain</c>, <c>fused</c>, or <c>whole</c> where nothing is split.</param>
/// <param name="OutputOnRank">For each rank the type of its logits.</param>
/// <param name="WorstError">The largest difference of a logit on any rank from the unsplit model's.</param>
internal sealed record DemoRow(int Ranks, int Tokens, IReadOnlyList<string> Branches, IReadOnlyList<string> OutputOnRank, double WorstError)
{
    /// <summary>Runs on all ranks and compares.</summary>
    public static DemoRow Measure(CompiledGraph compiled, Qwen3Config config, Tensor ids, Tensor expected)
    {
        var before = compiled.Statistics.Branches.Select(branch => (branch.Plain, branch.Fused)).ToArray();
        var ofRanks = compiled.Ranks == 1 ? [compiled.Run(ids)] : compiled.RunOnRanks([ids]);
        var taken = compiled.Statistics.Branches
            .Select((branch, i) => (branch.Source.Module, Plain: branch.Plain > before[i].Plain, Fused: branch.Fused > before[i].Fused))
            .ToArray();
        var branches = Enumerable.Range(0, config.Layers).Select(layer =>
        {
            var nodes = taken.Where(node => node.Module.StartsWith($"model.layers.{layer}.", StringComparison.Ordinal)).ToArray();
            return (nodes.Any(node => node.Plain), nodes.Any(node => node.Fused)) switch
            {
                (true, true) => "mixed",
                (true, false) => "plain",
                (false, true) => "fused",
                _ => "whole",
            };
        });
        double worst = ofRanks.Max(results => Comparison.Of(results[0], expected, 0, 0).WorstAbsolute);
        return new(compiled.Ranks, (int)ids.Sizes[1], [.. branches], [.. ofRanks.Select(results => results[0].Type.ToString())], worst);
    }

    /// <summary>Whether every layer took the branch that the predicate asks for.</summary>
    public bool BranchIsRight(int threshold) =>
        Branches.All(branch => branch == (Ranks == 1 ? "whole" : Tokens > threshold ? "fused" : "plain"));
}
