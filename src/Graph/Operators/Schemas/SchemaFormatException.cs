using System;

namespace Evergraph.Graph;

/// <summary>A schema's text is not PyTorch's schema language.</summary>
public sealed class SchemaFormatException : FormatException
{
    /// <summary>Creates the error.</summary>
    /// <param name="position">Where in the text, from 0.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="given">What stands there.</param>
    public SchemaFormatException(int position, string expected, string given)
        : base($"schema does not parse at character {position + 1}: expected {expected}, given {given}")
    {
        Position = position;
        Expected = expected;
        Given = given;
    }

    /// <summary>Where in the text, from 0; the message counts from 1.</summary>
    public int Position { get; }

    /// <summary>What should stand there.</summary>
    public string Expected { get; }

    /// <summary>What stands there.</summary>
    public string Given { get; }
}
