using Evergraph.CustomOps.Aten;

namespace Evergraph.Samples.CustomOperators;

/// <summary>
/// A row-parallel linear layer as a vendor exported it, recorded on one machine without communication: the partial product
/// of this rank, its rows padded to a multiple of the ranks, and the first share of them.
/// </summary>
/// <remarks>
/// PyTorch 2.11 refuses this operator over 2–8192 tokens unless <c>(s + 1) // 2 != 1</c>; here the size is an expression
/// and nothing is asked.
/// </remarks>
[CustomOp(
    "vllm::ascend_row_linear_maybe_flashcomm_fp(Tensor input_, Tensor weight, Tensor? bias, int tp_rank, int tp_size, bool reduce_results, int threshold_tokens, bool enabled) -> Tensor")]
public static partial class AscendRowLinear
{
    /// <summary>[tokens, in], [out, in] → [⌈tokens / tp_size⌉, out], or [tokens, out] where results are not reduced.</summary>
    public static TensorType Fake(TensorType input_, TensorType weight, TensorType? bias, long tp_rank, long tp_size, bool reduce_results, long threshold_tokens, bool enabled)
    {
        Require(tp_size >= 1, $"tp_size: expected at least 1, given {tp_size}");
        Require(input_.Shape[^1] == weight.Shape[1], "inner sizes differ");
        var tokens = input_.Shape[0];
        return new(input_.DType, [reduce_results ? Dim.CeilDiv(tokens, tp_size) : tokens, weight.Shape[0]]);
    }

    /// <summary>Bias belongs to rank 0, so that a sum over ranks has it once.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor input_, Tensor weight, Tensor? bias, long tp_rank, long tp_size, bool reduce_results, long threshold_tokens, bool enabled)
    {
        var partial = Linear.Real(input_, weight, tp_rank == 0 ? bias : null);
        if (!reduce_results)
            return partial;
        long rows = (input_.Sizes[0] + tp_size - 1) / tp_size;
        var shard = Tensor.Zeros(partial.DType, rows, weight.Sizes[0]);
        int bytes = (int)Math.Min(shard.Bytes().Length, partial.ReadOnlyBytes().Length);
        partial.ReadOnlyBytes()[..bytes].CopyTo(shard.Bytes());
        return shard;
    }

    /// <summary>Any number of tokens, with and without bias.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var (tokens, @in, @out) = (s.Size(), s.Size(1), s.Size(1));
        return s.Call(
            s.Tensor(DType.Float32, [tokens, @in]),
            s.Tensor(DType.Float32, [@out, @in]),
            s.Coin() ? s.Tensor(DType.Float32, [@out]) : null,
            s.Next(0, 1),
            s.Next(1, 4),
            s.Coin(),
            1000,
            s.Coin());
    }
}
