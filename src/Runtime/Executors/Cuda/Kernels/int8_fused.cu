// A W8A8 row layer's product and reduce-scatter in one kernel. Tiles of int8_tile.cuh go rank by rank: first those of the rows of the next rank, then of the one after
// it, and at last of this rank's own. A tile for another rank leaves as records of packed_sums.cuh, straight into this rank's slot at its owner, and is followed by
// a flag there. A tile of the own rows waits for the flags of the others' tiles at the same place, and adds theirs to its own.
//
// Nobody waits for ever: what is waited for are tiles for other ranks, which wait for nothing, and all blocks of a launch are resident.
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

struct FusedPlace {
    int owner, rows, row, column, tile;

    __device__ __forceinline__ FusedPlace(const FusedArguments& a, int number) {
        const int tiles = a.product.row_tiles * a.product.column_tiles, step = number / tiles;
        tile = number - step * tiles;
        owner = (a.ranks.rank + 1 + step) % a.ranks.ranks;
        const Place place(a.product, tile);
        row = place.row, column = place.column;

        // The last ranks may have fewer rows.
        rows = min(a.ranks.part, a.ranks.size - owner * a.ranks.part);
    }

    __device__ __forceinline__ bool is_empty() const { return row >= rows; }
};

__device__ __forceinline__ int tiles_of(const FusedArguments& a) { return a.ranks.ranks * a.product.row_tiles * a.product.column_tiles; }

// Where a rank's records of an owner's rows are.
__device__ __forceinline__ unsigned char* record_at(const FusedArguments& a, int owner, int source, int row, int column) {
    const uint64_t slot = a.ranks.control->peers[owner] + a.ranks.buffer + source * a.ranks.slot_bytes;
    return record_of(a.product, reinterpret_cast<const T*>(slot), row, column);
}

__device__ __forceinline__ void tell(const FusedArguments& a, const FusedPlace& place) {
    Control* control = a.ranks.control;
    store_release(tile_flag_of(control->peers[place.owner], a.ranks.buffer_number, a.ranks.rank, place.tile), load_acquire(&control->word));
}

// All threads of a warp, or of the emulator's block, come here.
__device__ __forceinline__ void await_tile(const FusedArguments& a, const FusedPlace& place, int thread, int threads) {
    const RankArguments& r = a.ranks;
    for (int source = thread; source < r.ranks; source += threads)
        if (source != r.rank) await_word(r.control, r.fault, tile_flag_of(r.control->peers[r.rank], r.buffer_number, source, place.tile), source, r.node);
}

// Adds what the other ranks sent for a lane's rows and columns of a record, from the i-th after this one on.
__device__ __forceinline__ void add_records(const FusedArguments& a, int i, int row, int column, float (&y)[4][8]) {
    for (; i < a.ranks.ranks; ++i) {
        const packed_sums::Packed packed(record_at(a, a.ranks.rank, (a.ranks.rank + i) % a.ranks.ranks, row, column));
#pragma unroll
        for (int j = 0; j < 4; ++j) packed.add_row(j, y[j]);
    }
}

#ifndef EVERGRAPH_EMULATED

// Of each warp that multiplies, how many tiles for others it has stored; behind the ring's barriers.
constexpr int Stored = Empty + Stages * 8;

__device__ __forceinline__ void count_stored(SharedAddress counter, int count) { asm volatile("st.release.cta.shared::cta.u32 [%0], %1;" :: "r"(counter), "r"(count) : "memory"); }
__device__ __forceinline__ int stored_count(SharedAddress counter) { int x; asm volatile("ld.acquire.cta.shared::cta.u32 %0, [%1];" : "=r"(x) : "r"(counter) : "memory"); return x; }

__device__ __forceinline__ void produce(const FusedArguments& a, SharedAddress shared) {
    Ring ring;
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (!place.is_empty()) load_tile(a.product, shared, ring, place.owner * a.ranks.part + place.row, place.column);
    }
}

// A warp that tells owners of tiles, so that whoever multiplies does not wait until they are there.
__device__ __forceinline__ void tell_all(const FusedArguments& a, SharedAddress shared) {
    const int lane = threadIdx.x & 31;
    int stored = 0;
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (place.owner == a.ranks.rank) return;
        if (place.is_empty()) continue;
        ++stored;
        while (!__all_sync(~0u, lane >= Warps || stored_count(shared + Stored + lane * 4) >= stored)) __nanosleep(64);
        if (lane == 0) {
            __threadfence_system();
            tell(a, place);
        }
        __syncwarp();
    }
}

// What the next rank sent of a warp's rows of 64 columns, to be read ahead.
__device__ __forceinline__ packed_sums::Packed first_record(const FusedArguments& a, int first_row, int rows, int column) {
    if (first_row >= rows || column >= a.product.columns) return packed_sums::Packed();
    return packed_sums::Packed(record_at(a, a.ranks.rank, (a.ranks.rank + 1) % a.ranks.ranks, first_row, column));
}

// Finishes the own rows of 64 columns.
__device__ __forceinline__ void finish_rows(
    const FusedArguments& a, const ColumnFactors& factors, const packed_sums::Packed& first, SharedAddress staging, int first_row, int rows, int column) {
    const int lane = threadIdx.x & 31, own_row = lane / Lanes;
    if (first_row >= rows || column >= a.product.columns) return;
    const SharedAddress place = staging + staged(own_row, lane % Lanes * Width / 4);
    const ColumnNumbers numbers(a.product, factors);
    float y[4][8] = {};
#pragma unroll
    for (int i = 0; i < Steps; ++i) first.add_row(i, y[i]);
    add_records(a, 2, first_row, column, y);
    T* at = a.product.result + int64_t(first_row + own_row) * a.product.columns + column;
#pragma unroll
    for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.product.columns) {
        uint32_t sums[Width];
        load_sums(sums, place, i);
        if (first_row + own_row + i * Step < rows) store_line(at, numbers.finish(sums, y[i]).pieces[0]);
    }
}

__device__ __forceinline__ void consume(const FusedArguments& a, SharedAddress shared, int group) {
    const int warp = threadIdx.x / 32, lane = threadIdx.x & 31;
    const SharedAddress staging = shared + Staging + warp * WarpBytes;
    int d[Columns / 8][4] = {}, stored = 0;
    Ring ring;
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (place.is_empty()) continue;
        const SharedAddress last = multiply_tile(a.product, shared, ring, group, d);
        const int first_row = place.row + warp * 16;
        const bool is_own = place.owner == a.ranks.rank;
        Addition next(a.product, first_row, own_column(place.column, 0));
        end_products(d, last);
        if (is_own) {
            await_tile(a, place, lane, 32);
            __syncwarp();
        }
        packed_sums::Packed first;
        if (is_own) first = first_record(a, first_row, place.rows, own_column(place.column, 0));
#pragma unroll
        for (int part = 0; part < Parts; ++part) {
            const int column = own_column(place.column, part);
            __syncwarp();
            stage_sums(d, part, staging);
            __syncwarp();
            const Addition addition = next;
            if (part + 1 < Parts) next = Addition(a.product, first_row, own_column(place.column, part + 1));
            const packed_sums::Packed arrived = first;
            if (is_own && part + 1 < Parts) first = first_record(a, first_row, place.rows, own_column(place.column, part + 1));
            if (is_own)
                finish_rows(a, addition.factors, arrived, staging, first_row, place.rows, column);
            else if (first_row < place.rows && column < a.product.columns)
                pack_rows(a.product, addition, staging, place.rows - first_row, record_at(a, place.owner, a.ranks.rank, first_row, column));
        }

        __syncwarp();
        if (!is_own && lane == 0) count_stored(shared + Stored + warp * 4, ++stored);
    }
}

#else

// A record's rows and columns to each warp at a time; see emulate_tile.
__device__ inline void emulate_fused_tile(const FusedArguments& a, const FusedPlace& place) {
    using namespace packed_sums;
    const int lane = threadIdx.x & 31, across = Columns / RecordColumns;
    const bool is_own = place.owner == a.ranks.rank;
    for (int i = threadIdx.x / 32; i < Rows / RecordRows * across; i += Threads / 32) {
        const int first_row = place.row + i / across * RecordRows, column = place.column + i % across * RecordColumns + column_of(lane);
        if (first_row >= place.rows || column >= a.product.columns) continue;
        const ColumnNumbers numbers(a.product, ColumnFactors(a.product, column));
        float y[4][8] = {};
        if (is_own) add_records(a, 1, first_row, column, y);
        for (int j = 0; j < 4; ++j) {
            const int row = first_row + row_of(lane, j);
            if (row >= place.rows) continue;
            uint32_t sums[Width];
            emulate_sums(a.product, place.owner * a.ranks.part + row, column, sums);
            if (is_own)
                *reinterpret_cast<uint4*>(a.product.result + int64_t(row) * a.product.columns + column) = numbers.finish(sums, y[j]).pieces[0];
            else
                for (int e = 0; e < 8; ++e) y[j][e] = numbers.product(sums[e], e);
        }
        if (!is_own) packed_sums::store(record_at(a, place.owner, a.ranks.rank, first_row, column), y, numbers.are_finite());
    }
}

#endif

}

extern "C" __global__ void __launch_bounds__(int8_product::Threads, INT8_BLOCKS) int8_fused_kernel(const __grid_constant__ int8_product::FusedArguments a) {
    using namespace int8_product;
#ifdef EVERGRAPH_EMULATED
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (place.is_empty()) continue;
        if (place.owner == a.ranks.rank) await_tile(a, place, threadIdx.x, Threads);
        __syncthreads();
        emulate_fused_tile(a, place);
        __syncthreads();
        if (place.owner != a.ranks.rank && threadIdx.x == 0) tell(a, place);
    }
#else
    const SharedAddress shared = attention::shared_address(int8_shared);
    const int group = __shfl_sync(~0u, int(threadIdx.x) / 128, 0);
    if (threadIdx.x == 0) begin_ring(a.product, shared);
    if (threadIdx.x < Warps) count_stored(shared + Stored + threadIdx.x * 4, 0);
    __syncthreads();
    if (group == Groups) {
        // More than a product's, because of the flags.
        attention::fewer_registers<40>();
        if ((threadIdx.x & 127) == 0) produce(a, shared);
        else if ((threadIdx.x & 127) / 32 == 1) tell_all(a, shared);
    } else {
        attention::more_registers<Groups == 2 ? 232 : 208>();
        consume(a, shared, group);
    }
#endif
}
