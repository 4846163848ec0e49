// Tiles of a tensor-core kernel: which rows and keys a block takes, and how they lie in shared memory.
//
// A block takes BlockRows rows of one key head and goes over its keys, ATTENTION_KEYS at a time. A row is a query of one head;
// the heads that share a key head are rows of the same tile (row = query · group + head), so that few queries still fill it.
//
// In shared memory a tile is cut into panels of 64 elements: [panel, row, 128 bytes], in chunks of 16 bytes; chunk c of row r lies at
// c ^ (r & 7), so that eight rows of one chunk lie in different banks. It is the 128-byte swizzle of wgmma.
//
// Options: ATTENTION_TYPE (Bfloat16 or Float16), ATTENTION_E and ATTENTION_V (multiples of 8 up to 256),
// ATTENTION_CAUSAL, ATTENTION_MASK (0 or a type), ATTENTION_WARPS, ATTENTION_ROWS (of a warp), ATTENTION_KEYS (a multiple of 16),
// ATTENTION_STAGES (tiles of keys in shared memory), ATTENTION_BLOCKS (on a multiprocessor at once).
namespace attention {

constexpr int Type = ATTENTION_TYPE, WarpRows = ATTENTION_ROWS, Tiles = WarpRows / 16, Threads = ATTENTION_WARPS * 32;
constexpr int BlockRows = ATTENTION_WARPS * WarpRows, Keys = ATTENTION_KEYS, Stages = ATTENTION_STAGES;
constexpr int KeyPanels = (ATTENTION_E + 63) / 64, ValuePanels = (ATTENTION_V + 63) / 64;
constexpr int QueryPanels = KeyPanels > ValuePanels ? KeyPanels : ValuePanels;
constexpr int QueryBytes = BlockRows * QueryPanels * 128, KeyBytes = Keys * KeyPanels * 128, ValueBytes = Keys * ValuePanels * 128;
constexpr int KeySteps = (ATTENTION_E + 15) / 16, ValuePairs = (ATTENTION_V + 15) / 16;

// wgmma asks for tiles at multiples of 1024.
extern __shared__ __align__(1024) unsigned char shared_bytes[];

__device__ inline int swizzle(int row, int chunk) { return row * 128 + (chunk ^ (row & 7)) * 16; }

// What one block computes.
struct Work
{
    int batch, keyHead, pair, pairs, split, firstRow, rows, begin, end, seen;
    const unsigned short *q, *k, *v;

    __device__ explicit Work(const Arguments& a)
    {
        // Blocks of the last rows come first: causally they have the most keys. Where all blocks run at once, two on a
        // multiprocessor, the second ones come in the other order, so that each long block shares with a short one.
        const unsigned place = a.fold > 0 && blockIdx.x >= a.fold ? gridDim.x - 1 - (blockIdx.x - a.fold) : blockIdx.x;
        pairs = a.batch * a.keyHeads;
        pair = place % pairs;
        const int tile = place / pairs;
        split = tile % a.splits;
        firstRow = (a.rowTiles - 1 - tile / a.splits) * BlockRows;
        rows = a.queries * a.group;
        batch = pair / a.keyHeads;
        keyHead = pair % a.keyHeads;
        seen = a.keys;
        if (ATTENTION_CAUSAL)
            seen = min(seen, (min(firstRow + BlockRows, rows) - 1) / a.group + 1);
        begin = split * a.tilesPerSplit;
        end = min((seen + Keys - 1) / Keys, begin + a.tilesPerSplit);
        q = (const unsigned short*)a.q.data + batch * a.q.batch + (long long)keyHead * a.group * a.q.head;
        k = (const unsigned short*)a.k.data + batch * a.k.batch + keyHead * a.k.head;
        v = (const unsigned short*)a.v.data + batch * a.v.batch + keyHead * a.v.head;
    }
};

// Copies Keys rows of Size elements from row `first` on with `Lanes` threads; rows from `seen` on become 0.
template <int Size, int Lanes = Threads>
__device__ inline void load_keys(SharedAddress to, const unsigned short* from, long long stride, int first, int seen, int lane = threadIdx.x)
{
    constexpr int Step = Lanes / 8;
    const int chunk = lane % 8, start = lane / 8;
    const unsigned short* source = from + (first + start) * stride + chunk * 8;
#pragma unroll
    for (int i = 0; i < (Keys + Step - 1) / Step; i++)
    {
        const int row = start + i * Step;
#pragma unroll
        for (int panel = 0; panel < (Size + 63) / 64; panel++)
        {
            const bool there = first + row < seen && panel * 64 + chunk * 8 < Size;
            if (Keys % Step == 0 || row < Keys)
                cp_async16(to + panel * Keys * 128 + swizzle(row, chunk), there ? source + panel * 64 : from, there);
        }

        source += Step * stride;
    }
}

// Copies Rows queries from row `first` on with `Lanes` threads.
template <int Rows, int Lanes>
__device__ inline void load_queries(const Arguments& a, const Work& work, SharedAddress to, int first, int lane)
{
    const int chunk = lane % 8;
#pragma unroll 4
    for (int row = lane / 8; row < Rows; row += Lanes / 8)
    {
        const int query = (first + row) / a.group, head = (first + row) % a.group;
        const unsigned short* source = work.q + query * a.q.token + head * a.q.head + chunk * 8;
#pragma unroll
        for (int panel = 0; panel < KeyPanels; panel++)
        {
            const bool there = first + row < work.rows && panel * 64 + chunk * 8 < ATTENTION_E;
            cp_async16(to + panel * Rows * 128 + swizzle(row, chunk), there ? source + panel * 64 : work.q, there);
        }
    }
}

}
