using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>What becomes of each output of a graph.</summary>
internal sealed class OutputRoles
{
    public OutputRoles(TensorGraph graph)
    {
        var parameters = graph.Parameters.Select(parameter => parameter.Name).ToList();
        var inputs = graph.Inputs.Select(input => input.Name).ToList();
        Kinds = [.. graph.Outputs.Select(output => output.Kind)];
        Targets = [.. graph.Outputs.Select(output => output.Kind switch
        {
            GraphOutputKind.BufferMutation => parameters.IndexOf(output.Target),
            GraphOutputKind.InputMutation => inputs.IndexOf(output.Target),
            _ => -1,
        })];
        Buffers = [.. Targets.Where((_, i) => Kinds[i] == GraphOutputKind.BufferMutation).Distinct().Order()];
        ResultCount = Kinds.Count(kind => kind == GraphOutputKind.Result);
    }

    /// <summary>Whether an output is returned or overwrites something.</summary>
    public GraphOutputKind[] Kinds { get; }

    /// <summary>The parameter or the input that an output overwrites, or −1.</summary>
    public int[] Targets { get; }

    /// <summary>The parameters that runs overwrite, in order.</summary>
    public int[] Buffers { get; }

    /// <summary>How many outputs are returned.</summary>
    public int ResultCount { get; }
}
