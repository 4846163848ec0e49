namespace Evergraph.CustomOps.Dispatch;

/// <summary>A policy that cannot be read: the message names the place (file and line, or variable), what was expected, what was given and what to do.</summary>
public sealed class DispatchPolicyException : EvergraphException
{
    /// <summary>An error with its complete text.</summary>
    public DispatchPolicyException(string message) : base(message) { }

    /// <summary>An error with its complete text and what caused it.</summary>
    public DispatchPolicyException(string message, Exception innerException) : base(message, innerException) { }
}
