namespace Evergraph.CustomOps.Checking;

/// <summary>A sample showed a fault of an operator; the message says what was expected and given.</summary>
internal sealed class OperatorCheckException(string message) : EvergraphException(message);
