namespace Evergraph.CustomOps;

/// <summary>x·wᵀ in floating point; each rank's product is rounded once.</summary>
/// <param name="products">Who computes it.</param>
/// <param name="weight">[features, inputs].</param>
internal sealed class FloatingProduct(MatrixProducts products, Tensor weight) : LinearProduct
{
    public override DType SumType => weight.DType;

    public override DType ResultType => weight.DType;

    public override long Features => weight.Sizes[0];

    public override void Multiply(Tensor x, long row, long rows, Tensor? bias, Tensor result, long resultRow) =>
        products.LinearRows(x, weight, bias, row, rows, result, resultRow);
}
