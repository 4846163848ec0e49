namespace Evergraph.Graph.Import;

/// <summary>A model file that cannot be imported: the message names the file, the place in it, what was expected, what was given and what to do.</summary>
public sealed class ImportException : EvergraphException
{
    /// <summary>An error with its complete text.</summary>
    public ImportException(string message) : base(message) { }

    /// <summary>An error with its complete text and what caused it.</summary>
    public ImportException(string message, Exception innerException) : base(message, innerException) { }
}
