// What the tensor-core kernels do to the rows of one warp besides products: masks, softmax, and the way out.
// Lane l holds of each 16 × 8 matrix the rows l / 4 and l / 4 + 8, columns 2 · (l & 3) and the next.
namespace attention {

constexpr float Log2E = 1.44269504088896341f;

// Writes -∞ where a row does not see a key; a mask is added to logits scaled to powers of two.
template <int Tiles, int Columns>
__device__ inline void hide(const Arguments& a, const Work& work, float (&logits)[Tiles][Columns][4], float factor, int row, int key)
{
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const int own = row + 8 * i, query = own / a.group;
        const int last = ATTENTION_CAUSAL ? min(query, a.keys - 1) : a.keys - 1;
        const bool there = query < a.queries;
        const long long entries = work.batch * a.maskBatch + (work.keyHead * a.group + own % a.group) * a.maskHead + query * a.maskQuery;
#pragma unroll
        for (int n = 0; n < 2 * Columns; n++)
        {
            float& logit = logits[i / 2][n / 2][2 * (i & 1) + (n & 1)];
            const int column = key + n / 2 * 8 + (n & 1);
            if (column > last)
                logit = -infinity();
            else if (ATTENTION_MASK != 0)
                logit = there ? logit * factor + mask_at<float>(a.mask, entries + column * a.maskKey) * Log2E : -infinity();
        }
    }
}

// Turns the logits of further keys into weights 2^(unit · logit − maximum), with a new maximum and a part of its sum;
// what was summed before is to be multiplied by `rescale`.
template <int Tiles, int Columns>
__device__ inline void soften(
    float (&logits)[Tiles][Columns][4], float (&maximum)[Tiles][2], float (&sum)[Tiles][2], float (&rescale)[Tiles][2], float unit)
{
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const int tile = i / 2, half = i % 2;
        float top = maximum[tile][half];
#pragma unroll
        for (int n = 0; n < Columns; n++)
            top = fmaxf(top, fmaxf(logits[tile][n][2 * half], logits[tile][n][2 * half + 1]));
        top = fmaxf(top, __shfl_xor_sync(~0u, top, 1));
        top = fmaxf(top, __shfl_xor_sync(~0u, top, 2));
        const float origin = top == -infinity() ? 0.0f : top * unit, factor = power_of_two(maximum[tile][half] * unit - origin);
        float total = sum[tile][half] * factor;
        maximum[tile][half] = top;
        rescale[tile][half] = factor;
#pragma unroll
        for (int n = 0; n < Columns; n++)
        {
            logits[tile][n][2 * half] = power_of_two(logits[tile][n][2 * half] * unit - origin);
            logits[tile][n][2 * half + 1] = power_of_two(logits[tile][n][2 * half + 1] * unit - origin);
            total += logits[tile][n][2 * half] + logits[tile][n][2 * half + 1];
        }

        sum[tile][half] = total;
    }
}

template <int Tiles, int Columns>
__device__ inline void multiply(float (&attended)[Tiles][Columns][4], const float (&rescale)[Tiles][2])
{
#pragma unroll
    for (int i = 0; i < Tiles * Columns * 4; i++)
        attended[i / (Columns * 4)][i / 4 % Columns][i % 4] *= rescale[i / (Columns * 4)][i % 4 / 2];
}

// Weights as the left operand of a product over 16 keys.
template <int Columns> __device__ inline void pack_weights(unsigned (&to)[4], const float (&weights)[Columns][4], int step)
{
#pragma unroll
    for (int i = 0; i < 4; i++)
        to[i] = pack<ATTENTION_TYPE>(weights[2 * step + i / 2][2 * (i & 1)], weights[2 * step + i / 2][2 * (i & 1) + 1]);
}

// Sums are of a lane's own columns until here.
template <int Tiles> __device__ inline void add_lanes(float (&sum)[Tiles][2])
{
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        float& total = sum[i / 2][i % 2];
        total += __shfl_xor_sync(~0u, total, 1);
        total += __shfl_xor_sync(~0u, total, 2);
    }
}

// Unnormalised values with their maximum and sum, for attention_combine.
template <int Tiles, int Columns>
__device__ inline void store_part(
    const Arguments& a, const Work& work, float (&attended)[Tiles][Columns][4], float (&maximum)[Tiles][2], float (&sum)[Tiles][2], float unit, int row)
{
    const int lane = threadIdx.x & 31;
    float* statistics = a.partial + (long long)a.splits * work.pairs * work.rows * ATTENTION_V;
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const int own = row + lane / 4 + 8 * i;
        if (own >= work.rows)
            continue;
        const long long place = ((long long)work.split * work.pairs + work.pair) * work.rows + own;
#pragma unroll
        for (int n = 0; n < ATTENTION_V / 8; n++)
        {
            float* to = a.partial + place * ATTENTION_V + n * 8 + (lane & 3) * 2;
            to[0] = attended[i / 2][n][2 * (i & 1)];
            to[1] = attended[i / 2][n][2 * (i & 1) + 1];
        }

        if ((lane & 3) == 0)
        {
            statistics[2 * place] = maximum[i / 2][i & 1] * unit;
            statistics[2 * place + 1] = sum[i / 2][i & 1];
        }
    }
}

// Divides by the sums, rounds, and writes 16 bytes a lane, by way of shared memory that the warp has for itself, whose panels lie
// `Panel` bytes apart. Without keys: 0.
template <int Panel, int Tiles, int Columns>
__device__ inline void store_rows(
    const Arguments& a, const Work& work, float (&attended)[Tiles][Columns][4], float (&sum)[Tiles][2], SharedAddress shared, int firstRow)
{
    constexpr int Chunks = ATTENTION_V / 8;
    const int lane = threadIdx.x & 31;
    __syncwarp();
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const float total = sum[i / 2][i & 1], inverse = total == 0.0f ? 0.0f : 1.0f / total;
#pragma unroll
        for (int n = 0; n < Chunks; n++)
        {
            const float* two = &attended[i / 2][n][2 * (i & 1)];
            store_shared(
                shared + n / 8 * Panel + swizzle(lane / 4 + 8 * i, n % 8) + (lane & 3) * 4,
                pack<ATTENTION_TYPE>(two[0] * inverse, two[1] * inverse));
        }
    }

    __syncwarp();
    unsigned short* result = (unsigned short*)a.result.data + work.batch * a.result.batch + (long long)work.keyHead * a.group * a.result.head;
    for (int i = lane; i < 16 * Tiles * Chunks; i += 32)
    {
        const int row = i / Chunks, chunk = i % Chunks, query = (firstRow + row) / a.group, head = (firstRow + row) % a.group;
        if (query < a.queries)
        {
            *(Chunk*)(result + query * a.result.token + head * a.result.head + chunk * 8)
                = load_shared(shared + chunk / 8 * Panel + swizzle(row, chunk % 8));
        }
    }
}

}
