namespace Evergraph.CustomOps;

/// <summary>
/// What a rank is about to communicate for. Ranks compare these before they exchange numbers, so that a disagreement is an
/// error on every rank instead of a hang or a wrong sum.
/// </summary>
public sealed class CollectiveCall : IEquatable<CollectiveCall>
{
    private readonly long[] _sizes;

    /// <summary>Describes a call.</summary>
    /// <param name="operator">The operator, such as <c>evergraph::all_reduce</c>.</param>
    /// <param name="x">The tensor that is communicated; its type and sizes are the same on every rank.</param>
    /// <param name="tokens">The number of tokens before any padding, or null where it is in the sizes.</param>
    public CollectiveCall(string @operator, Tensor x, long? tokens = null)
    {
        Operator = @operator;
        DType = x.DType;
        _sizes = x.Sizes.ToArray();
        Tokens = tokens;
    }

    /// <summary>The operator, such as <c>evergraph::all_reduce</c>.</summary>
    public string Operator { get; }

    /// <summary>The element type that is communicated.</summary>
    public DType DType { get; }

    /// <summary>The sizes that are communicated.</summary>
    public IReadOnlyList<long> Sizes => _sizes;

    /// <summary>The number of tokens before any padding, where the sizes do not tell it.</summary>
    public long? Tokens { get; }

    /// <inheritdoc/>
    public bool Equals(CollectiveCall? other) =>
        other is not null && Operator == other.Operator && DType == other.DType && Tokens == other.Tokens && _sizes.AsSpan().SequenceEqual(other._sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CollectiveCall);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Operator, DType, Tokens, _sizes.Length);

    /// <summary>Text such as <c>evergraph::all_reduce(float32[3, 64])</c>, with <c>, 5 tokens</c> where they are told.</summary>
    public override string ToString() =>
        $"{Operator}({DType.Name()}[{string.Join(", ", _sizes)}]{(Tokens is { } tokens ? $", {tokens} tokens" : "")})";
}
