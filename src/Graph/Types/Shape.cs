using System.Collections;
using System.Runtime.CompilerServices;

namespace Evergraph.Graph;

/// <summary>
/// The sizes of a tensor, outermost first, each an expression over symbols. A shape of rank 0 is a scalar's.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<Dim>
{
    private readonly Dim[]? _dims;

    private Shape(Dim[] dims) => _dims = dims;

    /// <summary>The scalar's shape, <c>[]</c>.</summary>
    public static Shape Scalar => default;

    /// <summary>How many dimensions there are.</summary>
    public int Rank => _dims?.Length ?? 0;

    /// <inheritdoc/>
    public int Count => Rank;

    /// <summary>The size of one dimension, 0 ≤ <paramref name="axis"/> &lt; rank; <c>^1</c> counts from the end.</summary>
    public Dim this[int axis] => (_dims ?? [])[axis];

    /// <summary>The product of all sizes; 1 for a scalar.</summary>
    public Dim Elements
    {
        get
        {
            Dim product = 1;
            foreach (var dim in AsSpan())
                product *= dim;
            return product;
        }
    }

    /// <summary>Whether no size has a symbol in it.</summary>
    public bool IsConstant
    {
        get
        {
            foreach (var dim in AsSpan())
            {
                if (!dim.IsConstant)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Copies the sizes.</summary>
    public static Shape Create(ReadOnlySpan<Dim> dims) => new(dims.ToArray());

    /// <summary>A shape of these sizes.</summary>
    public static Shape Of(params ReadOnlySpan<Dim> dims) => Create(dims);

    /// <summary>A shape of these known sizes.</summary>
    public static Shape FromSizes(ReadOnlySpan<long> sizes)
    {
        var dims = new Dim[sizes.Length];
        for (int i = 0; i < dims.Length; i++)
            dims[i] = sizes[i];
        return new(dims);
    }

    /// <summary>The sizes without copying.</summary>
    public ReadOnlySpan<Dim> AsSpan() => _dims;

    /// <summary>The sizes as an array of the caller's own.</summary>
    public Dim[] ToArray() => AsSpan().ToArray();

    /// <summary>This shape with one size replaced.</summary>
    public Shape With(int axis, Dim size)
    {
        var dims = ToArray();
        dims[axis] = size;
        return new(dims);
    }

    /// <summary>The sizes at given values of the symbols.</summary>
    public long[] Evaluate(Func<Symbol, long> values)
    {
        var sizes = new long[Rank];
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = _dims![i].Evaluate(values);
        return sizes;
    }

    /// <summary>The shape with symbols replaced by expressions.</summary>
    public Shape Substitute(Func<Symbol, Dim> replacement)
    {
        var dims = new Dim[Rank];
        for (int i = 0; i < dims.Length; i++)
            dims[i] = _dims![i].Substitute(replacement);
        return new(dims);
    }

    /// <summary>Structural equality: the same canonical expression in every place.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Structural inequality. Unequal expressions can still have equal values.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (ReferenceEquals(_dims, other._dims))
            return true;
        if (Rank != other.Rank)
            return false;
        for (int i = 0; i < Rank; i++)
        {
            if (!_dims![i].Equals(other._dims![i]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var dim in AsSpan())
            hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <summary>Enumerates without allocating.</summary>
    public ReadOnlySpan<Dim>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    IEnumerator<Dim> IEnumerable<Dim>.GetEnumerator() => ((IEnumerable<Dim>)(_dims ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_dims ?? []).GetEnumerator();

    /// <summary>Text such as <c>[s0, 64]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dims ?? [])}]";
}
