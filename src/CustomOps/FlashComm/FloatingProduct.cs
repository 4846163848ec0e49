namespace Evergraph.CustomOps;

/// <summary>x·wᵀ in floating point. The 16-bit types compute in float32; each rank's product is rounded once.</summary>
/// <param name="weight">[features, inputs].</param>
internal sealed class FloatingProduct(Tensor weight) : LinearProduct
{
    public override DType SumType => weight.DType;

    public override DType ResultType => weight.DType;

    public override long Features => weight.Sizes[0];

    public override void Multiply(Tensor x, long row, long rows, Tensor? bias, Tensor result, long resultRow) =>
        Gemm.LinearRows(x, weight, bias, row, rows, result, resultRow);
}
