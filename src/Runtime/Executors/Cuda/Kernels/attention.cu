// softmax(scale · q·kᵀ + mask) · v on tensor cores of compute capability 8.0 and later: FlashAttention-2 (Dao 2023).
// Logits, their softmax and the attended values stay in registers; keys and values come through a ring of tiles in shared memory.
//
// With l = scale · log₂e · q·k the weights are 2^(l − max) / Σ 2^(l − max). A new maximum rescales what was summed before.
namespace attention {

constexpr int StageBytes = KeyBytes + ValueBytes, SharedBytes = QueryBytes + Stages * StageBytes;
constexpr bool HoldQueries = Tiles == 1 && KeySteps <= 8;

// The address 2 · pairs chunks on, from chunk 0 or 1 of a row.
template <int Rows> __device__ inline SharedAddress chunks_on(SharedAddress row, int pairs) { return (row ^ (pairs & 3) * 32) + pairs / 4 * Rows * 128; }

__device__ inline void load_tile(const Arguments& a, const Work& work, SharedAddress to, int tile)
{
    load_keys<ATTENTION_E>(to, work.k, a.k.token, tile * Keys, work.seen);
    load_keys<ATTENTION_V>(to + KeyBytes, work.v, a.v.token, tile * Keys, work.seen);
}

}

extern "C" __global__ void __launch_bounds__(attention::Threads, ATTENTION_BLOCKS)
attention_tensor(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    const Work work(a);
    const int lane = threadIdx.x & 31, warp = threadIdx.x / 32, warpRow = work.firstRow + warp * WarpRows;
    const SharedAddress queries = shared_address(shared_bytes) + warp * (WarpRows * QueryPanels * 128), tiles = shared_address(shared_bytes) + QueryBytes;
    load_queries<WarpRows, 32>(a, work, queries, warpRow, lane);
#pragma unroll
    for (int i = 0; i < Stages - 1; i++)
    {
        if (work.begin + i < work.end)
            load_tile(a, work, tiles + i * StageBytes, work.begin + i);
        cp_async_commit();
    }

    // Where this lane's row of ldmatrix lies: of 16 queries, of 16 keys of k and (transposed) of v; in chunk 0 or 1.
    const int flip = lane & 7;
    const SharedAddress queryRow = queries + swizzle(flip + (lane & 8), lane / 16);
    const int keyRow = swizzle(flip + (lane & 16) / 2, lane / 8 & 1), valueRow = KeyBytes + swizzle(flip + (lane & 8), lane / 16);
    unsigned held[HoldQueries ? KeySteps : 1][4];
    if (HoldQueries)
    {
        cp_async_wait<Stages - 2>();
        __syncwarp();
#pragma unroll
        for (int step = 0; step < KeySteps; step++)
            ldmatrix_x4(held[HoldQueries ? step : 0], chunks_on<WarpRows>(queryRow, step));
    }

    const float factor = (float)a.scale * Log2E, unit = ATTENTION_MASK != 0 ? 1.0f : factor;
    float attended[Tiles][2 * ValuePairs][4] = {}, maximum[Tiles][2], sum[Tiles][2];
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
        maximum[i / 2][i % 2] = -infinity(), sum[i / 2][i % 2] = 0.0f;

    int slot = 0;
    for (int tile = work.begin; tile < work.end; tile++)
    {
        cp_async_wait<Stages - 2>();
        __syncthreads();
        if (tile + Stages - 1 < work.end)
            load_tile(a, work, tiles + (slot == 0 ? Stages - 1 : slot - 1) * StageBytes, tile + Stages - 1);
        cp_async_commit();
        const SharedAddress stage = tiles + slot * StageBytes;
        slot = slot == Stages - 1 ? 0 : slot + 1;

        float logits[Tiles][Keys / 8][4] = {};
#pragma unroll
        for (int step = 0; step < KeySteps; step++)
        {
            unsigned q[Tiles][4];
#pragma unroll
            for (int i = 0; i < Tiles; i++)
            {
                if (!HoldQueries)
                    ldmatrix_x4(q[i], chunks_on<WarpRows>(queryRow, step) + i * 16 * 128);
            }

#pragma unroll
            for (int n = 0; n < Keys / 16; n++)
            {
                unsigned k[4];
                ldmatrix_x4(k, chunks_on<Keys>(stage + keyRow, step) + n * 16 * 128);
#pragma unroll
                for (int i = 0; i < Tiles; i++)
                {
                    mma_16816<Type>(logits[i][2 * n], HoldQueries ? held[HoldQueries ? step : 0] : q[i], k[0], k[1]);
                    mma_16816<Type>(logits[i][2 * n + 1], HoldQueries ? held[HoldQueries ? step : 0] : q[i], k[2], k[3]);
                }
            }
        }

        const int last = tile * Keys + Keys - 1;
        if (ATTENTION_MASK != 0 || last >= a.keys || (ATTENTION_CAUSAL && last > warpRow / a.group))
            hide(a, work, logits, factor, warpRow + lane / 4, tile * Keys + (lane & 3) * 2);
        float rescale[Tiles][2];
        soften(logits, maximum, sum, rescale, unit);
        multiply(attended, rescale);

#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
        {
            unsigned weights[Tiles][4];
#pragma unroll
            for (int i = 0; i < Tiles; i++)
                pack_weights(weights[i], logits[i], step);
#pragma unroll
            for (int n = 0; n < ValuePairs; n++)
            {
                unsigned v[4];
                ldmatrix_x4_transposed(v, chunks_on<Keys>(stage + valueRow, n) + step * 16 * 128);
#pragma unroll
                for (int i = 0; i < Tiles; i++)
                {
                    mma_16816<Type>(attended[i][2 * n], weights[i], v[0], v[1]);
                    mma_16816<Type>(attended[i][2 * n + 1], weights[i], v[2], v[3]);
                }
            }
        }
    }

    cp_async_wait<0>();
    add_lanes(sum);
    if (a.splits > 1)
        store_part(a, work, attended, maximum, sum, unit, warpRow);
    else
        store_rows<WarpRows * 128>(a, work, attended, sum, queries, warpRow);
}
