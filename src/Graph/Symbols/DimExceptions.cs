namespace Evergraph.Graph;

/// <summary>A coefficient, a constant or the value of a <see cref="Dim"/> left the range of a 64-bit integer.</summary>
public sealed class DimOverflowException(string message) : EvergraphException(message);

/// <summary>A <see cref="Dim"/> is divided by zero, when built or when evaluated.</summary>
public sealed class DimDivideByZeroException(string message) : EvergraphException(message);

/// <summary>A <see cref="Dim"/> would pass a size limit of the algebra (see <see cref="DimLimits"/>).</summary>
public sealed class DimLimitException(string message) : EvergraphException(message);

/// <summary>A symbolic <see cref="Dim"/> was used where only a number will do.</summary>
public sealed class SymbolicDimException(string message) : EvergraphException(message);

/// <summary>A symbol was declared with a range that holds no value, or with no name.</summary>
public sealed class SymbolRangeException(string message) : EvergraphException(message);

/// <summary>A text is not a size expression.</summary>
public sealed class DimFormatException(string message, int position) : EvergraphException(message)
{
    /// <summary>Where in the text, counted in characters from zero.</summary>
    public int Position { get; } = position;
}
