using Evergraph.Graph;
using Evergraph.Graph.Text;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes;

/// <summary>Runs passes in order, verifies after each, and blames the one that broke the graph.</summary>
/// <param name="passes">The passes, in order.</param>
public sealed class PassPipeline(IReadOnlyList<IPass> passes)
{
    /// <summary>The passes, in order.</summary>
    public IReadOnlyList<IPass> Passes { get; } = passes;

    /// <summary>Runs every pass once.</summary>
    /// <returns>One record a pass; the last one's graph is the result.</returns>
    /// <exception cref="PassException">The graph after a pass does not verify, or the pass threw.</exception>
    public IReadOnlyList<PassRecord> Run(TensorGraph graph, PassContext context)
    {
        var records = new List<PassRecord>(Passes.Count);
        foreach (var pass in Passes)
        {
            PassResult result;
            try
            {
                result = pass.Run(graph, context);
            }
            catch (EvergraphException exception) when (exception is not PassException)
            {
                throw new PassException(pass.Name, exception.Message, graph, null, exception);
            }

            if (result.Changed)
                Verify(pass, graph, result.Graph);
            else if (!ReferenceEquals(result.Graph, graph))
                throw new PassException(pass.Name, "it returned another graph and reported no change", graph, result.Graph);
            context.Logger.LogDebug("pass {Pass}: {Rewrites} rewrites, {Before} nodes before, {After} after", pass.Name, result.Rewrites.Count, graph.Nodes.Length, result.Graph.Nodes.Length);
            records.Add(new(pass.Name, graph, result.Graph, result.Rewrites));
            graph = result.Graph;
        }

        return records;
    }

    private static void Verify(IPass pass, TensorGraph before, TensorGraph after)
    {
        var faults = GraphVerifier.Verify(after);
        if (faults.Count > 0)
            throw new PassException(pass.Name, new InvalidGraphException(after, faults).Message, before, after);
        if (Signature(before) != Signature(after))
            throw new PassException(pass.Name, $"inputs or outputs changed: expected {Signature(before)}, given {Signature(after)}", before, after);
    }

    private static string Signature(TensorGraph graph) =>
        $"({string.Join(", ", graph.Inputs)}) -> ({string.Join(", ", graph.Outputs.Select(output => $"{output.Name}: {graph.TypeOf(output.Value)} {output.Kind} {output.Target}"))})";
}

/// <summary>One pass of a pipeline's run.</summary>
public sealed record PassRecord(string Pass, TensorGraph Before, TensorGraph After, IReadOnlyList<Rewrite> Rewrites)
{
    /// <summary>Whether the pass changed the graph.</summary>
    public bool Changed => Rewrites.Count > 0;
}

/// <summary>A pass broke the graph. The message names the pass; the text of both graphs is at hand.</summary>
public sealed class PassException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    public PassException(string pass, string message, TensorGraph before, TensorGraph? after, Exception? cause = null)
        : base($"pass {pass} broke the graph: {message}", cause!)
    {
        Pass = pass;
        Before = before;
        After = after;
    }

    /// <summary>The pass to blame.</summary>
    public string Pass { get; }

    /// <summary>The graph that the pass was given.</summary>
    public TensorGraph Before { get; }

    /// <summary>The graph that it made, or null where it threw.</summary>
    public TensorGraph? After { get; }

    /// <summary>Both graphs as text.</summary>
    public string ShowGraphs() => $"before {Pass}:\n{GraphPrinter.Print(Before)}\nafter {Pass}:\n{(After is null ? "(the pass threw)\n" : GraphPrinter.Print(After))}";
}
