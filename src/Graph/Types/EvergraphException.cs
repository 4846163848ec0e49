namespace Evergraph.Graph;

/// <summary>The base of every error that Evergraph reports on purpose: bad input, a refuted requirement, a failed rank.</summary>
/// <remarks>Its message gives the place, what was expected, what was given, and what to do.</remarks>
public class EvergraphException : Exception
{
    /// <summary>Creates the error with its full text.</summary>
    public EvergraphException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its full text and what caused it.</summary>
    public EvergraphException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
