using System.Collections;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>The tokens of one operator, first choice first; never empty. Immutable; equal to another when the tokens are.</summary>
public sealed record OperatorOrder : IReadOnlyList<OrderToken>
{
    private const char Separator = '|';

    /// <summary>An order of tokens.</summary>
    /// <exception cref="DispatchPolicyException">There is none.</exception>
    public OperatorOrder(EquatableArray<OrderToken> tokens)
        : this(tokens, new("order"))
    {
    }

    internal OperatorOrder(EquatableArray<OrderToken> tokens, PolicyPlace place)
    {
        if (tokens.Length == 0)
            throw place.Error("expected at least one token, given none: with an empty order nothing could run");
        Tokens = tokens;
    }

    /// <summary>The tokens.</summary>
    public EquatableArray<OrderToken> Tokens { get; }

    /// <inheritdoc/>
    public int Count => Tokens.Length;

    /// <inheritdoc/>
    public OrderToken this[int index] => Tokens[index];

    /// <summary>Reads an order such as <c>vendor:ascend|default</c>.</summary>
    /// <exception cref="DispatchPolicyException">A token is none.</exception>
    public static implicit operator OperatorOrder(string text) => Parse(text);

    /// <summary>Reads an order such as <c>vendor:ascend|default</c>.</summary>
    /// <exception cref="DispatchPolicyException">A token is none.</exception>
    public static OperatorOrder Parse(string text) => Parse(text, new("order"));

    /// <summary>The order as it is written: <c>vendor:ascend|default</c>.</summary>
    public override string ToString() => string.Join(Separator, Tokens);

    /// <inheritdoc/>
    public IEnumerator<OrderToken> GetEnumerator() => ((IEnumerable<OrderToken>)Tokens).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static OperatorOrder Parse(string text, PolicyPlace place) =>
        new([.. text.Split(Separator).Select(token => OrderToken.Parse(token, place))], place);
}
