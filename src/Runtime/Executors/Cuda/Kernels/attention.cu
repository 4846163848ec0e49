// softmax(scale · q·kᵀ + mask) · v on tensor cores: FlashAttention-2 (Dao 2023).
//
// A block takes ATTENTION_WARPS · ATTENTION_ROWS rows of one key head and goes over its keys, ATTENTION_KEYS at a time. A row is
// a query of one head; the heads that share a key head are rows of the same tile (row = query · group + head), so that a
// single query still fills the matrix instruction. Logits, their softmax and the attended values stay in registers.
//
// With l = scale · log₂e · q·k the weights are 2^(l − max) / Σ 2^(l − max). A new maximum rescales what was summed before.
//
// Options: ATTENTION_NAME, ATTENTION_TYPE (Bfloat16 or Float16), ATTENTION_E and ATTENTION_V (multiples of 8 up to 256),
// ATTENTION_CAUSAL, ATTENTION_MASK (0 or a type), ATTENTION_WARPS, ATTENTION_ROWS (16 or 32), ATTENTION_KEYS (a multiple of 16),
// ATTENTION_STAGES (tiles in shared memory), ATTENTION_BLOCKS (on a multiprocessor at once).
namespace attention {

constexpr int Type = ATTENTION_TYPE, WarpRows = ATTENTION_ROWS, Tiles = WarpRows / 16, Threads = ATTENTION_WARPS * 32;
constexpr int BlockRows = ATTENTION_WARPS * WarpRows, Keys = ATTENTION_KEYS, Stages = ATTENTION_STAGES;

// A row of shared memory is 64, 128 or 256 elements, in chunks of 16 bytes; chunk c of row r lies at c ^ (r & 7), so that eight rows
// of one chunk lie in different banks.
__device__ constexpr int pitch(int size) { return size <= 64 ? 128 : size <= 128 ? 256 : 512; }
constexpr int KeyPitch = pitch(ATTENTION_E), ValuePitch = pitch(ATTENTION_V);
constexpr int QueryPitch = KeyPitch > ValuePitch ? KeyPitch : ValuePitch;
constexpr int QueryBytes = BlockRows * QueryPitch, StageBytes = Keys * (KeyPitch + ValuePitch);
constexpr int KeySteps = (ATTENTION_E + 15) / 16, ValuePairs = (ATTENTION_V + 15) / 16;
constexpr bool HoldQueries = Tiles == 1 && KeySteps <= 8;

__device__ inline int swizzle(int row, int chunk) { return (chunk ^ (row & 7)) * 16; }

// Copies rows [0, Rows) of `size` elements to shared memory with `lanes` threads; rows from `present` on become 0.
template <int Rows, int Pitch, int Size, int Lanes>
__device__ inline void load_rows(SharedAddress to, const unsigned short* from, long long stride, int present, int lane)
{
    constexpr int Chunks = Pitch / 16;
    if (Lanes >= Chunks)
    {
        constexpr int Step = Lanes / Chunks > 0 ? Lanes / Chunks : 1;
        const int chunk = lane % Chunks, first = lane / Chunks;
        const unsigned short* source = from + first * stride + chunk * 8;
#pragma unroll
        for (int i = 0; i < (Rows + Step - 1) / Step; i++)
        {
            const int row = first + i * Step;
            const bool there = chunk * 8 < Size && row < present;
            if (Rows % Step == 0 || row < Rows)
                cp_async16(to + row * Pitch + swizzle(row, chunk), there ? source : from, there);
            source += Step * stride;
        }
    }
}

struct Shape
{
    int rows, firstRow, seen;
    long long keyStride, valueStride;
    const unsigned short *k, *v;
};

__device__ inline void load_tile(const Shape& shape, SharedAddress to, int tile)
{
    const int first = tile * Keys;
    load_rows<Keys, KeyPitch, ATTENTION_E, Threads>(to, shape.k + first * shape.keyStride, shape.keyStride, shape.seen - first, threadIdx.x);
    load_rows<Keys, ValuePitch, ATTENTION_V, Threads>(
        to + Keys * KeyPitch, shape.v + first * shape.valueStride, shape.valueStride, shape.seen - first, threadIdx.x);
}

}

extern "C" __global__ void __launch_bounds__(attention::Threads, ATTENTION_BLOCKS)
ATTENTION_NAME(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    ATTENTION_SHARED(shared);
    const int lane = threadIdx.x & 31, warp = threadIdx.x / 32;

    // Blocks of the last rows come first: causally they have the most keys.
    const int pairs = a.batch * a.keyHeads, pair = blockIdx.x % pairs;
    const int split = blockIdx.x / pairs % a.splits, rowTile = a.rowTiles - 1 - (int)(blockIdx.x / pairs / a.splits);
    const int batch = pair / a.keyHeads, keyHead = pair % a.keyHeads;

    Shape shape;
    shape.rows = a.queries * a.group;
    shape.firstRow = rowTile * BlockRows;
    shape.seen = a.keys;
    if (ATTENTION_CAUSAL)
        shape.seen = min(a.keys, (min(shape.firstRow + BlockRows, shape.rows) - 1) / a.group + 1);
    shape.keyStride = a.k.token;
    shape.valueStride = a.v.token;
    shape.k = (const unsigned short*)a.k.data + batch * a.k.batch + keyHead * a.k.head;
    shape.v = (const unsigned short*)a.v.data + batch * a.v.batch + keyHead * a.v.head;
    const int begin = split * a.tilesPerSplit, end = min((shape.seen + Keys - 1) / Keys, begin + a.tilesPerSplit);

    const SharedAddress queries = shared_address(shared) + warp * WarpRows * QueryPitch, tiles = shared_address(shared) + QueryBytes;
    const int warpRow = shape.firstRow + warp * WarpRows;
    {
        constexpr int Chunks = KeyPitch / 16;
        const unsigned short* q = (const unsigned short*)a.q.data + batch * a.q.batch + keyHead * a.group * a.q.head;
#pragma unroll 4
        for (int i = lane; i < WarpRows * Chunks; i += 32)
        {
            const int row = i / Chunks, chunk = i % Chunks, query = (warpRow + row) / a.group, head = (warpRow + row) % a.group;
            const bool there = chunk * 8 < ATTENTION_E && warpRow + row < shape.rows;
            cp_async16(queries + row * QueryPitch + swizzle(row, chunk), there ? q + query * a.q.token + head * a.q.head + chunk * 8 : q, there);
        }
    }

#pragma unroll
    for (int i = 0; i < Stages - 1; i++)
    {
        if (begin + i < end)
            load_tile(shape, tiles + i * StageBytes, begin + i);
        cp_async_commit();
    }

    // Where this lane's rows of ldmatrix begin: 16 queries, 16 keys of k and (transposed) of v.
    const int flip = lane & 7;
    const SharedAddress queryRow = queries + (flip + (lane & 8)) * QueryPitch;
    const int keyRow = (flip + (lane & 16) / 2) * KeyPitch, valueRow = Keys * KeyPitch + (flip + (lane & 8)) * ValuePitch;
    unsigned held[HoldQueries ? KeySteps : 1][4];
    if (HoldQueries && begin < end)
    {
        cp_async_wait<Stages - 2>();
        __syncwarp();
#pragma unroll
        for (int step = 0; step < KeySteps; step++)
            ldmatrix_x4(held[HoldQueries ? step : 0], queryRow + ((2 * step + lane / 16) ^ flip) * 16);
    }

    float attended[Tiles][2 * ValuePairs][4] = {}, maximum[Tiles][2], sum[Tiles][2];
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
        maximum[i / 2][i % 2] = -infinity(), sum[i / 2][i % 2] = 0.0f;
    const float factor = (float)(a.scale * 1.4426950408889634);

    int slot = 0;
    for (int tile = begin; tile < end; tile++)
    {
        cp_async_wait<Stages - 2>();
        __syncthreads();
        if (tile + Stages - 1 < end)
            load_tile(shape, tiles + (slot == 0 ? Stages - 1 : slot - 1) * StageBytes, tile + Stages - 1);
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
                    ldmatrix_x4(q[i], queryRow + i * 16 * QueryPitch + ((2 * step + lane / 16) ^ flip) * 16);
            }

#pragma unroll
            for (int n = 0; n < Keys / 16; n++)
            {
                unsigned k[4];
                ldmatrix_x4(k, stage + keyRow + n * 16 * KeyPitch + ((2 * step + (lane / 8 & 1)) ^ flip) * 16);
#pragma unroll
                for (int i = 0; i < Tiles; i++)
                {
                    mma_16816<Type>(logits[i][2 * n], HoldQueries ? held[HoldQueries ? step : 0] : q[i], k[0], k[1]);
                    mma_16816<Type>(logits[i][2 * n + 1], HoldQueries ? held[HoldQueries ? step : 0] : q[i], k[2], k[3]);
                }
            }
        }

        const int firstKey = tile * Keys;
        const bool partly = firstKey + Keys > a.keys || (ATTENTION_CAUSAL && firstKey + Keys - 1 > warpRow / a.group);
        if (ATTENTION_MASK != 0 || partly)
            hide<Tiles>(a, logits, factor, batch, keyHead, warpRow + lane / 4, firstKey + (lane & 3) * 2);
        const float unit = ATTENTION_MASK != 0 ? 1.0f : factor;

#pragma unroll
        for (int i = 0; i < Tiles; i++)
        {
#pragma unroll
            for (int half = 0; half < 2; half++)
            {
                float top = maximum[i][half];
#pragma unroll
                for (int n = 0; n < Keys / 8; n++)
                    top = fmaxf(top, fmaxf(logits[i][n][2 * half], logits[i][n][2 * half + 1]));
                top = fmaxf(top, __shfl_xor_sync(~0u, top, 1));
                top = fmaxf(top, __shfl_xor_sync(~0u, top, 2));
                const float origin = top == -infinity() ? 0.0f : top * unit, rescale = power_of_two(maximum[i][half] * unit - origin);
                maximum[i][half] = top;
                float total = sum[i][half] * rescale;
#pragma unroll
                for (int n = 0; n < Keys / 8; n++)
                {
                    logits[i][n][2 * half] = power_of_two(logits[i][n][2 * half] * unit - origin);
                    logits[i][n][2 * half + 1] = power_of_two(logits[i][n][2 * half + 1] * unit - origin);
                    total += logits[i][n][2 * half] + logits[i][n][2 * half + 1];
                }

                sum[i][half] = total;
#pragma unroll
                for (int n = 0; n < 2 * ValuePairs; n++)
                    attended[i][n][2 * half] *= rescale, attended[i][n][2 * half + 1] *= rescale;
            }
        }

#pragma unroll
        for (int step = 0; step < Keys / 16; step++)
        {
            unsigned weights[Tiles][4];
#pragma unroll
            for (int i = 0; i < 4 * Tiles; i++)
            {
                const float* two = &logits[i / 4][2 * step + (i & 3) / 2][2 * (i & 1)];
                weights[i / 4][i & 3] = pack<Type>(two[0], two[1]);
            }

#pragma unroll
            for (int n = 0; n < ValuePairs; n++)
            {
                unsigned v[4];
                ldmatrix_x4_transposed(v, stage + valueRow + step * 16 * ValuePitch + ((2 * n + lane / 16) ^ flip) * 16);
#pragma unroll
                for (int i = 0; i < Tiles; i++)
                {
                    mma_16816<Type>(attended[i][2 * n], weights[i], v[0], v[1]);
                    mma_16816<Type>(attended[i][2 * n + 1], weights[i], v[2], v[3]);
                }
            }
        }
    }

#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        float& total = sum[i / 2][i % 2];
        total += __shfl_xor_sync(~0u, total, 1);
        total += __shfl_xor_sync(~0u, total, 2);
    }

    if (a.splits > 1)
        store_part<Tiles>(a, attended, maximum, sum, ATTENTION_MASK != 0 ? 1.0f : factor, split * pairs + pair, warpRow + lane / 4);
    else
        store_rows<Tiles>(a, attended, sum, queries, batch, keyHead, warpRow);
}
