namespace Evergraph.CustomOps.Aten;

/// <summary>How numbers are joined to one.</summary>
internal interface IReduction<T>
    where T : unmanaged
{
    /// <summary>What nothing is joined to.</summary>
    static abstract T Identity { get; }

    /// <summary>The join of two.</summary>
    static abstract T Join(T a, T b);

    /// <summary>The join of one or more.</summary>
    static abstract T Row(ReadOnlySpan<T> values);

    /// <summary>Joins each number to the one at its place.</summary>
    static abstract void Rows(ReadOnlySpan<T> values, Span<T> into);
}
