namespace Evergraph.Graph.Text;

/// <summary>Text that is not a graph.</summary>
public sealed class GraphTextException : EvergraphException
{
    /// <summary>Creates the error.</summary>
    /// <param name="line">The line at fault, from 1.</param>
    /// <param name="message">What was expected and what was given.</param>
    public GraphTextException(int line, string message)
        : base($"graph text, line {line}: {message}") => Line = line;

    /// <summary>The line at fault, from 1.</summary>
    public int Line { get; }
}
