namespace Evergraph.Graph;

/// <summary>A fake refused its arguments, or a requirement on sizes did not hold at a call.</summary>
public sealed class ShapeException : EvergraphException
{
    /// <summary>Creates the error with its full text.</summary>
    public ShapeException(string message)
        : base(message)
    {
    }
}
