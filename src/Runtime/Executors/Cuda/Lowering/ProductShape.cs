using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>
/// A product of matrices as all operators of linear algebra are one: for each of a batch [rows, terms] · [terms, columns]. The results in the
/// order batch, rows, columns are those of the operator in row-major order.
/// </summary>
/// <param name="Left">The left operand, as the operator has it.</param>
/// <param name="Right">The right operand, as the operator has it.</param>
/// <param name="Batch">The sizes of the batch: none where there is one product.</param>
/// <param name="Rows">Rows of the left matrices.</param>
/// <param name="Columns">Columns of the right matrices.</param>
/// <param name="Terms">Columns of the left, and rows of the right matrices.</param>
/// <param name="Result">The sizes that the operator gives its result.</param>
/// <param name="LeftOf">The place in the left operand from one in the operator's result and a term.</param>
/// <param name="RightOf">The place in the right operand from one in the operator's result and a term.</param>
internal sealed record ProductShape(
    LoweredValue Left, LoweredValue Right, Shape Batch, Dim Rows, Dim Columns, Dim Terms, Shape Result,
    Func<Dim[], Dim, Dim[]> LeftOf, Func<Dim[], Dim, Dim[]> RightOf)
{
    /// <summary>What is added, broadcast to the operator's result: a bias, or the addend of the add-products; or null.</summary>
    public LoweredValue? Addend { get; init; }

    /// <summary>The addend's factor. With 0 the addend is not read, so that its NaN does not spread.</summary>
    public Scalar Beta { get; init; } = 1;

    /// <summary>The product's factor.</summary>
    public Scalar Alpha { get; init; } = 1;

    /// <summary>Whether there is something to add.</summary>
    public bool HasAddend => Addend is not null && !Is(Beta, 0);

    /// <summary>Whether a factor is a number that is known.</summary>
    public static bool Is(Scalar factor, long number) => factor.Kind == ScalarKind.Float ? factor.ToDouble() == number : factor.Integer.Equals(number);

    /// <summary>The result's sizes as [batch..., rows, columns].</summary>
    public Shape Matrices => [.. Batch, Rows, Columns];

    /// <summary>The left operand as [batch..., rows, terms]; matrices that serve several of the batch are repeated without memory.</summary>
    public LoweredValue LeftMatrices(NodeLowering node) => node.TemporaryView(
        new(Left.Type.DType, [.. Batch, Rows, Terms]), Left, index => LeftOf(PlaceOf([.. index[..^1], 0]), index[^1]));

    /// <summary>The right operand as [batch..., terms, columns].</summary>
    public LoweredValue RightMatrices(NodeLowering node) => node.TemporaryView(
        new(Right.Type.DType, [.. Batch, Terms, Columns]), Right, index => RightOf(PlaceOf([.. index[..^2], 0, index[^1]]), index[^2]));

    /// <summary>The place in the operator's result from one in [batch..., rows, columns].</summary>
    public Dim[] PlaceOf(Dim[] index) => ElementScope.Unravel(Result, ElementScope.Ravel(Matrices, index));
}
