using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// <see cref="Linear"/> on the matrix unit where there are many rows and the weight is constant: it is brought into order at the first such
/// call. Few rows, and numbers that are not finite, are multiplied as by the vectorised implementation.
/// </summary>
public static class AmxLinearImplementation
{
    // The fewest rows for which packing and six products pay.
    private const int FewestRows = 16;

    /// <summary>Whether the matrix unit can be used.</summary>
    public static Availability Probe() => AmxBlock.Availability;

    /// <summary>See <see cref="Linear"/>.</summary>
    [Implementation(typeof(Linear), "amx", DTypes = [DType.Float32], Priority = 160, Probe = nameof(Probe))]
    public static unsafe Tensor Run(PreparedOperands? layer, Tensor input, Tensor weight, Tensor? bias)
    {
        long rows = MatrixProducts.Rows(input);
        if (rows < FewestRows || weight.Elements == 0 || layer?.GetOrPrepare(1, weight, static tensor => new AmxWeight(tensor)) is not { IsFinite: true } ordered)
            return VectorizedProducts.Instance.Linear(input, weight, bias);
        var result = Tensor.Empty(DType.Float32, [.. input.Sizes[..^1], weight.Sizes[0]]);
        bool finite;
        fixed (float* x = input.ReadOnlySpan<float>(), b = bias is null ? [] : bias.ReadOnlySpan<float>(), y = result.Span<float>())
            finite = AmxLinear.Run(x, (int)rows, ordered, b, y);
        if (!finite)
            VectorizedProducts.Instance.LinearRows(input, weight, bias, 0, rows, result, 0);
        return result;
    }
}
