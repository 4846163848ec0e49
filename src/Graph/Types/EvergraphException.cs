namespace Evergraph.Graph;

/// <summary>The base of every error that Evergraph raises on purpose: its message says the place, what was expected, what was given and what to do.</summary>
public class EvergraphException : Exception
{
    /// <summary>An error with its complete text.</summary>
    public EvergraphException(string message) : base(message) { }

    /// <summary>An error with its complete text and what caused it.</summary>
    public EvergraphException(string message, Exception innerException) : base(message, innerException) { }
}
