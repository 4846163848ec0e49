namespace Evergraph.Graph;

/// <summary>An output of a graph.</summary>
/// <param name="Name">The name that errors and pictures use.</param>
/// <param name="Value">What is returned.</param>
/// <param name="Kind">Whether the caller gets it, or a buffer or input is overwritten with it after the run.</param>
/// <param name="Target">The name of the parameter or input that is overwritten; empty for a result.</param>
public sealed record GraphOutput(string Name, Value Value, GraphOutputKind Kind = GraphOutputKind.Result, string Target = "");

/// <summary>What becomes of an output.</summary>
public enum GraphOutputKind
{
    /// <summary>It is returned to the caller.</summary>
    Result,

    /// <summary>It overwrites a buffer of the model.</summary>
    BufferMutation,

    /// <summary>It overwrites the caller's input.</summary>
    InputMutation,
}
