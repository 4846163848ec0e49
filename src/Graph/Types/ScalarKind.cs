namespace Evergraph.Graph;

/// <summary>The three kinds of <see cref="Scalar"/>.</summary>
public enum ScalarKind
{
    /// <summary>A 64-bit integer, possibly symbolic.</summary>
    Integer,

    /// <summary>A double.</summary>
    Float,

    /// <summary>A truth value.</summary>
    Bool,
}
