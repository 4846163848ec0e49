// softmax(scale · q·kᵀ + mask) · v with the warpgroup products of compute capability 9.0a, after FlashAttention-3 (Shah et al. 2024).
//
// A warpgroup takes 64 rows. While the tensor cores multiply the weights of one tile of keys with their values and the queries
// with the next tile, the threads turn the next tile's logits into weights.
// Options as attention_tiles.cuh; ATTENTION_E and ATTENTION_V are 128 at most, ATTENTION_ROWS 16, ATTENTION_WARPS a multiple of 4,
// ATTENTION_KEYS 64 or 128, ATTENTION_STAGES 2.
namespace attention {

constexpr int SharedBytes = QueryBytes + 2 * StageBytes;

}

extern "C" __global__ void __launch_bounds__(attention::Threads, ATTENTION_BLOCKS)
attention_hopper(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    const Work work(a);
    const int lane = threadIdx.x & 31, warp = threadIdx.x / 32, warpRow = work.firstRow + warp * 16;
    const SharedAddress queries = shared_address(shared_bytes) + warp / 4 * (64 * QueryPanels * 128);
    const SharedAddress keyTiles = shared_address(shared_bytes) + QueryBytes, valueTiles = keyTiles + 2 * KeyBytes;
    load_queries<64, 128>(a, work, queries, work.firstRow + warp / 4 * 64, threadIdx.x & 127);
    if (work.begin < work.end)
        load_keys<ATTENTION_E>(keyTiles, work.k, a.k.token, work.begin * Keys, work.seen);
    cp_async_commit();
    if (work.begin + 1 < work.end)
        load_keys<ATTENTION_E>(keyTiles + KeyBytes, work.k, a.k.token, work.begin * Keys + Keys, work.seen);
    if (work.begin < work.end)
        load_keys<ATTENTION_V>(valueTiles, work.v, a.v.token, work.begin * Keys, work.seen);
    cp_async_commit();

    const float factor = (float)a.scale * Log2E, unit = ATTENTION_MASK != 0 ? 1.0f : factor;
    float logits[1][Keys / 8][4], attended[1][8 * ValuePanels][4] = {};
    float maximum[1][2] = {{-infinity(), -infinity()}}, sum[1][2] = {}, rescale[1][2];
    unsigned weights[Keys / 16][4];

    cp_async_wait<1>();
    fence_shared();
    __syncthreads();
    if (work.begin < work.end)
    {
        begin_logits(logits, queries, keyTiles);
        warpgroup_wait<0>();
        warpgroup_fence(logits[0]);
        const int last = work.begin * Keys + Keys - 1;
        if (ATTENTION_MASK != 0 || last >= a.keys || (ATTENTION_CAUSAL && last > warpRow / a.group))
            hide(a, work, logits, factor, warpRow + lane / 4, work.begin * Keys + (lane & 3) * 2);
        soften(logits, maximum, sum, rescale, unit);
#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
            pack_weights(weights[step], logits[0], step);
    }

    for (int tile = work.begin; tile + 1 < work.end; tile++)
    {
        // The next keys and this tile's values are here, and everyone is done with this tile's keys and the last values.
        const int slot = tile - work.begin & 1;
        cp_async_wait<0>();
        fence_shared();
        __syncthreads();
        if (tile + 2 < work.end)
            load_keys<ATTENTION_E>(keyTiles + slot * KeyBytes, work.k, a.k.token, (tile + 2) * Keys, work.seen);
        load_keys<ATTENTION_V>(valueTiles + (1 - slot) * ValueBytes, work.v, a.v.token, (tile + 1) * Keys, work.seen);
        cp_async_commit();

        begin_logits(logits, queries, keyTiles + (1 - slot) * KeyBytes);
        begin_values(attended, weights, valueTiles + slot * ValueBytes);
        warpgroup_wait<1>();
        warpgroup_fence(logits[0]);
        const int last = (tile + 1) * Keys + Keys - 1;
        if (ATTENTION_MASK != 0 || last >= a.keys || (ATTENTION_CAUSAL && last > warpRow / a.group))
            hide(a, work, logits, factor, warpRow + lane / 4, (tile + 1) * Keys + (lane & 3) * 2);
        soften(logits, maximum, sum, rescale, unit);
        warpgroup_wait<0>();
        warpgroup_fence(attended[0]);
        multiply(attended, rescale);
#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
            pack_weights(weights[step], logits[0], step);
    }

    cp_async_wait<0>();
    fence_shared();
    __syncthreads();
    if (work.begin < work.end)
    {
        begin_values(attended, weights, valueTiles + (work.end - 1 - work.begin & 1) * ValueBytes);
        warpgroup_wait<0>();
        warpgroup_fence(attended[0]);
    }

    add_lanes(sum);
    if (a.splits > 1)
        store_part(a, work, attended, maximum, sum, unit, warpRow);
    else
        store_rows<GroupQueries>(a, work, attended, sum, queries + (warp & 3) * 16 * 128, warpRow);
}
