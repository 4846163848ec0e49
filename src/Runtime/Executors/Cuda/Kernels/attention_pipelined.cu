// softmax(scale · q·kᵀ + mask) · v with the warpgroup products of compute capability 9.0a, after FlashAttention-3 (Shah et al. 2024).
//
// Two warpgroups take 64 rows each; a third one loads keys and values. While the tensor cores multiply the weights of one tile of keys
// with their values and the queries with the next tile, the threads turn the next tile's logits into weights, and the two warpgroups take
// turns, so that the products of one run during the softmax of the other.
// Options as attention_tiles.cuh; ATTENTION_E and ATTENTION_V are 128 at most, ATTENTION_WARPS 8, ATTENTION_ROWS 16, ATTENTION_KEYS 64 or
// 128, ATTENTION_STAGES 2, ATTENTION_BLOCKS 1.
namespace attention {

static_assert(ATTENTION_WARPS == 8, "two warpgroups take turns");

constexpr int Groups = ATTENTION_WARPS / 4, Barriers = QueryBytes + 2 * StageBytes, SharedBytes = Barriers + 64;

// The barriers of slot 0; those of slot 1 follow.
enum { KeysFull = Barriers, KeysEmpty = Barriers + 16, ValuesFull = Barriers + 32, ValuesEmpty = Barriers + 48 };

// The warpgroup that loads. Tile i lies in slot i & 1, for the (i / 2)th time.
__device__ inline void produce(const Arguments& a, const Work& work, SharedAddress shared, int tiles)
{
    const SharedAddress keyTiles = shared + QueryBytes, valueTiles = keyTiles + 2 * KeyBytes;
    const int lane = threadIdx.x & 127;
    SharedAddress loading = shared + KeysFull;
    for (int i = 1; i <= tiles; i++)
    {
        if (i < tiles)
        {
            barrier_wait(shared + KeysEmpty + (i & 1) * 8, (i / 2 & 1) ^ 1);
            load_keys<ATTENTION_E, 128>(keyTiles + (i & 1) * KeyBytes, work.k, a.k.token, (work.begin + i) * Keys, work.seen, lane);
            cp_async_commit();
            cp_async_wait<1>();
            fence_shared();
            barrier_arrive(loading);
            loading = shared + KeysFull + (i & 1) * 8;
        }

        const int j = i - 1;
        barrier_wait(shared + ValuesEmpty + (j & 1) * 8, (j / 2 & 1) ^ 1);
        load_keys<ATTENTION_V, 128>(valueTiles + (j & 1) * ValueBytes, work.v, a.v.token, (work.begin + j) * Keys, work.seen, lane);
        cp_async_commit();
        cp_async_wait<1>();
        fence_shared();
        barrier_arrive(loading);
        loading = shared + ValuesFull + (j & 1) * 8;
    }

    cp_async_wait<0>();
    fence_shared();
    if (tiles > 0)
        barrier_arrive(loading);
}

// A warpgroup that computes.
__device__ inline void consume(const Arguments& a, const Work& work, SharedAddress shared, int tiles, int group)
{
    const SharedAddress queries = shared + group * (64 * QueryPanels * 128), keyTiles = shared + QueryBytes, valueTiles = keyTiles + 2 * KeyBytes;
    const int lane = threadIdx.x & 31, warp = threadIdx.x / 32, warpRow = work.firstRow + warp * 16;
    const float factor = (float)a.scale * Log2E, unit = ATTENTION_MASK != 0 ? 1.0f : factor;
    float logits[1][Keys / 8][4], attended[1][8 * ValuePanels][4] = {};
    float maximum[1][2] = {{-infinity(), -infinity()}}, sum[1][2] = {}, rescale[1][2];
    unsigned weights[Keys / 16][4];

    if (group == 0 && tiles > 1)
        turn_give(0);
    if (tiles > 0)
    {
        barrier_wait(shared + KeysFull, 0);
        begin_logits(logits, queries, keyTiles);
        warpgroup_wait<0>();
        warpgroup_fence(logits[0]);
        if (lane == 0)
            barrier_arrive(shared + KeysEmpty);
        const int last = work.begin * Keys + Keys - 1;
        if (ATTENTION_MASK != 0 || last >= a.keys || (ATTENTION_CAUSAL && last > warpRow / a.group))
            hide(a, work, logits, factor, warpRow + lane / 4, work.begin * Keys + (lane & 3) * 2);
        soften(logits, maximum, sum, rescale, unit);
#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
            pack_weights(weights[step], logits[0], step);
    }

    for (int i = 0; i + 1 < tiles; i++)
    {
        const int slot = i & 1, next = 1 - slot;
        barrier_wait(shared + KeysFull + next * 8, (i + 1) / 2 & 1);
        turn_wait(group);
        begin_logits(logits, queries, keyTiles + next * KeyBytes);
        barrier_wait(shared + ValuesFull + slot * 8, i / 2 & 1);
        begin_values(attended, weights, valueTiles + slot * ValueBytes);
        // The first group's first turn was its own gift; the last turn is nobody's.
        if (group == 0 || i + 2 < tiles)
            turn_give(1 - group);
        warpgroup_wait<1>();
        warpgroup_fence(logits[0]);
        if (lane == 0)
            barrier_arrive(shared + KeysEmpty + next * 8);
        const int first = (work.begin + i + 1) * Keys, last = first + Keys - 1;
        if (ATTENTION_MASK != 0 || last >= a.keys || (ATTENTION_CAUSAL && last > warpRow / a.group))
            hide(a, work, logits, factor, warpRow + lane / 4, first + (lane & 3) * 2);
        soften(logits, maximum, sum, rescale, unit);
        warpgroup_wait<0>();
        warpgroup_fence(attended[0]);
        if (lane == 0)
            barrier_arrive(shared + ValuesEmpty + slot * 8);
        multiply(attended, rescale);
#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
            pack_weights(weights[step], logits[0], step);
    }

    if (tiles > 0)
    {
        const int slot = tiles - 1 & 1;
        barrier_wait(shared + ValuesFull + slot * 8, (tiles - 1) / 2 & 1);
        begin_values(attended, weights, valueTiles + slot * ValueBytes);
        warpgroup_wait<0>();
        warpgroup_fence(attended[0]);
    }

    add_lanes(sum);
    group_wait(group);
    if (a.splits > 1)
        store_part(a, work, attended, maximum, sum, unit, warpRow);
    else
        store_rows<GroupQueries>(a, work, attended, sum, queries + (warp & 3) * 16 * 128, warpRow);
}

}

extern "C" __global__ void __launch_bounds__(attention::Threads + 128, 1)
attention_pipelined(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    const Work work(a);
    const SharedAddress shared = shared_address(shared_bytes);
    const int group = __shfl_sync(~0u, (int)threadIdx.x / 128, 0), tiles = max(0, work.end - work.begin);
    if (threadIdx.x == 0)
    {
        for (int slot = 0; slot < 2; slot++)
        {
            barrier_begin(shared + KeysFull + slot * 8, 128);
            barrier_begin(shared + KeysEmpty + slot * 8, ATTENTION_WARPS);
            barrier_begin(shared + ValuesFull + slot * 8, 128);
            barrier_begin(shared + ValuesEmpty + slot * 8, ATTENTION_WARPS);
        }
    }

    if (group < Groups)
    {
        load_queries<64, 128>(a, work, shared + group * (64 * QueryPanels * 128), work.firstRow + group * 64, threadIdx.x & 127);
        cp_async_commit();
        cp_async_wait<0>();
        fence_shared();
    }
    else
    {
        if (tiles > 0)
            load_keys<ATTENTION_E, 128>(shared + QueryBytes, work.k, a.k.token, work.begin * Keys, work.seen, threadIdx.x & 127);
        cp_async_commit();
    }

    __syncthreads();
    if (group == Groups)
    {
        fewer_registers<40>();
        produce(a, work, shared, tiles);
    }
    else
    {
        more_registers<232>();
        consume(a, work, shared, tiles, group);
    }
}
