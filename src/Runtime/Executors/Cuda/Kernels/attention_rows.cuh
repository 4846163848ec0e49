// What attention.cu does to the rows of one warp besides the products: masks, and the way out.
namespace attention {

// Lane l holds of each 16 × 8 matrix the rows l / 4 and l / 4 + 8, columns 2 · (l & 3) and the next.
// Writes -∞ where a row does not see a key; a mask is added, after the logits are scaled to powers of two.
template <int Tiles>
__device__ inline void hide(
    const Arguments& a, float (&logits)[Tiles][ATTENTION_KEYS / 8][4], float factor, int batch, int keyHead, int row, int key)
{
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const int own = row + 8 * i, query = own / a.group;
        const int last = ATTENTION_CAUSAL ? min(query, a.keys - 1) : a.keys - 1;
        const bool there = query < a.queries;
        const long long entries = batch * a.maskBatch + (keyHead * a.group + own % a.group) * a.maskHead + query * a.maskQuery;
#pragma unroll
        for (int n = 0; n < ATTENTION_KEYS / 4; n++)
        {
            float& logit = logits[i / 2][n / 2][2 * (i & 1) + (n & 1)];
            const int column = key + n / 2 * 8 + (n & 1);
            if (column > last)
                logit = -infinity();
            else if (ATTENTION_MASK != 0)
                logit = there ? logit * factor + mask_at<float>(a.mask, entries + column * a.maskKey) * 1.44269504f : -infinity();
        }
    }
}

// Unnormalised values with their maximum and sum, for attention_combine.
template <int Tiles, int Columns>
__device__ inline void store_part(
    const Arguments& a, float (&attended)[Tiles][Columns][4], float (&maximum)[Tiles][2], float (&sum)[Tiles][2], float unit, long long part, int row)
{
    const int rows = a.queries * a.group, lane = threadIdx.x & 31;
    float* statistics = a.partial + (long long)a.splits * a.batch * a.keyHeads * rows * ATTENTION_V;
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        if (row + 8 * i >= rows)
            continue;
        const long long place = part * rows + row + 8 * i;
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

// Divides by the sums, rounds, and writes 16 bytes a lane, by way of the warp's own queries in shared memory. Without keys: 0.
template <int Tiles, int Columns>
__device__ inline void store_rows(
    const Arguments& a, float (&attended)[Tiles][Columns][4], float (&sum)[Tiles][2], SharedAddress shared, int batch, int keyHead, int firstRow)
{
    constexpr int Pitch = ATTENTION_V <= 64 ? 128 : ATTENTION_V <= 128 ? 256 : 512, Chunks = (ATTENTION_V + 7) / 8;
    const int lane = threadIdx.x & 31;
    cp_async_wait<0>();
    __syncwarp();
#pragma unroll
    for (int i = 0; i < 2 * Tiles; i++)
    {
        const int row = lane / 4 + 8 * i;
        const float total = sum[i / 2][i & 1], inverse = total == 0.0f ? 0.0f : 1.0f / total;
#pragma unroll
        for (int n = 0; n < Chunks; n++)
        {
            const float* two = &attended[i / 2][n][2 * (i & 1)];
            store_shared(shared + row * Pitch + ((n ^ (row & 7)) * 16) + (lane & 3) * 4, pack<ATTENTION_TYPE>(two[0] * inverse, two[1] * inverse));
        }
    }

    __syncwarp();
    unsigned short* result = (unsigned short*)a.result.data + batch * a.result.batch + keyHead * a.group * a.result.head;
    for (int i = lane; i < 16 * Tiles * Chunks; i += 32)
    {
        const int row = i / Chunks, chunk = i % Chunks, query = (firstRow + row) / a.group, head = (firstRow + row) % a.group;
        if (query < a.queries)
            *(Chunk*)(result + query * a.result.token + head * a.result.head + chunk * 8) = load_shared(shared + row * Pitch + (chunk ^ (row & 7)) * 16);
    }
}

}
