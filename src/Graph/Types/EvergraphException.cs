namespace Evergraph.Graph;

/// <summary>
/// The base of every error that Evergraph raises on purpose. The message is one paragraph for a reader:
/// the place, what was expected, what was given, and what to do.
/// </summary>
public class EvergraphException : Exception
{
    /// <summary>An error with a message that is shown to the user as it stands.</summary>
    public EvergraphException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message that is shown to the user as it stands, and the error that led to it.</summary>
    public EvergraphException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
