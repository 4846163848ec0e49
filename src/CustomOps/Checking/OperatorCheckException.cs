namespace Evergraph.CustomOps.Checking;

/// <summary>A sample showed a fault of an operator; the message says what was expected and given.</summary>
internal sealed class OperatorCheckException : EvergraphException
{
    public OperatorCheckException(string message)
        : base(message)
    {
    }

    public OperatorCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
