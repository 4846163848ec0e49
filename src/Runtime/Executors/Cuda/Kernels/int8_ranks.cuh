// What a W8A8 row layer's product and reduce-scatter in one kernel have in common. 64 columns of a tile for another rank are a parcel: it leaves as records of
// packed_sums.cuh, straight into this rank's slot at its owner, and is followed by a flag there.
namespace int8_product {

// What a row layer's ranks know of each other.
struct RankArguments {
    Control* control;
    uint64_t* fault;
    int64_t buffer;                 // where the buffer lies in each rank's symmetric memory, in bytes
    int64_t slot_bytes;             // of each rank in a buffer
    int size, part, ranks, rank;    // tokens, those of a rank, and whose kernel this is
    int buffer_number, node;
    int64_t unused;
};

// rows and row_tiles of the product are those of x and of a part.
struct FusedArguments {
    RankArguments ranks;
    Arguments product;
};

constexpr int ParcelColumns = packed_sums::RecordColumns, TileParcels = Columns / ParcelColumns;

__device__ __forceinline__ int tiles_of(const Arguments& a) { return a.row_tiles * a.column_tiles; }

// A tile of the call, by its place in the order of fused_order.cuh.
struct FusedTile {
    int owner, rows, row, column, tile;

    __device__ __forceinline__ FusedTile(const FusedArguments& a, int number) {
        const FusedOrder order(number, tiles_of(a.product), a.ranks.ranks - 1, gridDim.x);
        tile = order.tile;
        owner = a.ranks.rank + 1 + order.step;
        if (owner >= a.ranks.ranks) owner -= a.ranks.ranks;
        const Place place(a.product, tile);
        row = place.row, column = place.column;

        // The last ranks may have fewer rows, even none of a tile.
        rows = min(a.ranks.part, a.ranks.size - owner * a.ranks.part);
    }

    // How many of its parcels have columns.
    __device__ __forceinline__ int parcels(const FusedArguments& a) const { return min(TileParcels, (a.product.columns - column) / ParcelColumns); }
};

__device__ __forceinline__ int all_tiles_of(const FusedArguments& a) { return a.ranks.ranks * tiles_of(a.product); }

// This rank's symmetric memory, and that of another one.
__device__ __forceinline__ uint64_t own_memory(const RankArguments& r) { return reinterpret_cast<uint64_t>(r.control); }
__device__ __forceinline__ uint64_t memory_of(const RankArguments& r, int rank) { return r.control->peers[rank]; }

// Where a rank's records are in the memory of the rows' owner.
__device__ __forceinline__ unsigned char* record_at(const FusedArguments& a, uint64_t memory, int source, int row, int column) {
    const uint64_t slot = memory + a.ranks.buffer + source * a.ranks.slot_bytes;
    return record_of(a.product, reinterpret_cast<const T*>(slot), row, column);
}

// What the i-th rank after this one sent for a lane's rows and columns of a record.
__device__ __forceinline__ packed_sums::Packed record_from(const FusedArguments& a, int i, int row, int column) {
    const int source = a.ranks.rank + i;
    return packed_sums::Packed(record_at(a, own_memory(a.ranks), source < a.ranks.ranks ? source : source - a.ranks.ranks, row, column));
}

// Adds what the other ranks sent; the first is there already.
__device__ __forceinline__ void add_records(const FusedArguments& a, packed_sums::Packed next, int row, int column, float (&y)[4][8]) {
    for (int i = 1; i < a.ranks.ranks;) {
        const packed_sums::Packed packed = next;
        if (++i < a.ranks.ranks) next = record_from(a, i, row, column);
#pragma unroll
        for (int j = 0; j < 4; ++j) packed.add_row(j, y[j]);
    }
}

// By one thread of each block, before its others ask: numbers the call, and says what its flags are set to. The first block tells all others that this rank has begun.
__device__ __forceinline__ uint64_t begin_fused(const RankArguments& r) {
    const uint64_t epoch = next_epoch(r.control), word = word_of(epoch, r.fault, r.size);
    if (blockIdx.x == 0)
        for (int peer = 0; peer < r.ranks; ++peer)
            if (peer != r.rank) store_release(flag_of(memory_of(r, peer), r.buffer_number, r.rank, 0), word);
    count_block(r.control, epoch);
    return word;
}

__device__ __forceinline__ void tell_parcel(const RankArguments& r, uint64_t word, uint64_t memory, const FusedTile& tile, int parcel) {
    __threadfence_system();
    store_release(parcel_flag_of(memory, r.buffer_number, r.rank, tile.tile * TileParcels + parcel), word);
}

// Waits for the others' parcels of a tile. All threads of a warp, or of the emulator's block, come here.
__device__ __forceinline__ void await_parcels(const FusedArguments& a, uint64_t word, const FusedTile& tile, int thread, int threads) {
    const RankArguments& r = a.ranks;
    const uint64_t own = own_memory(r);
    const int parcels = tile.parcels(a);
    for (int i = thread; i < r.ranks * parcels; i += threads) {
        const int source = i / parcels, parcel = tile.tile * TileParcels + i % parcels;
        if (source == r.rank) continue;
        const uint64_t *flag = parcel_flag_of(own, r.buffer_number, source, parcel), *begun = flag_of(own, r.buffer_number, source, 0);
        await_word(r.control, r.fault, word, flag, begun, source, r.node);
    }
}

}
