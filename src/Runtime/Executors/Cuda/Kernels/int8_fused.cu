// A W8A8 row layer's product and reduce-scatter in one kernel. Tiles of int8_tile.cuh go rank by rank: first those of the rows of the next rank, then of the one after
// it, and at last of this rank's own. A tile for another rank leaves as records of packed_sums.cuh, straight into this rank's slot at its owner, and is followed by
// a flag there. A tile of the own rows waits for the flags of the others' tiles at the same place, and adds theirs to its own.
//
// Nobody waits for ever: what is waited for are tiles for other ranks, which wait for nothing, and all blocks of a launch are resident. A rank that came with other
// tokens cuts other tiles, so each tells at once, by the flag of slot 0, what it came with.
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

__device__ __forceinline__ uint64_t word_now(const RankArguments& r, uint64_t epoch) { return word_of(epoch, r.fault, r.size); }

// One thread of the first block tells all others that this rank has begun.
__device__ __forceinline__ void tell_begun(const RankArguments& r, uint64_t epoch) {
    if (blockIdx.x > 0) return;
    for (int peer = 0; peer < r.ranks; ++peer)
        if (peer != r.rank) store_release(flag_of(r.control->peers[peer], r.buffer_number, r.rank, 0), word_now(r, epoch));
}

__device__ __forceinline__ void tell_tile(const RankArguments& r, uint64_t epoch, const FusedPlace& place) {
    __threadfence_system();
    store_release(tile_flag_of(r.control->peers[place.owner], r.buffer_number, r.rank, place.tile), word_now(r, epoch));
}

// All threads of a warp, or of the emulator's block, come here.
__device__ __forceinline__ void await_tile(const RankArguments& r, uint64_t epoch, const FusedPlace& place, int thread, int threads) {
    const uint64_t own = r.control->peers[r.rank];
    for (int source = thread; source < r.ranks; source += threads) {
        if (source == r.rank) continue;
        const uint64_t *flag = tile_flag_of(own, r.buffer_number, source, place.tile), *begun = flag_of(own, r.buffer_number, source, 0);
        await_word(r.control, r.fault, word_now(r, epoch), flag, begun, source, r.node);
    }
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

// Tiles for others, from the warps that multiply to the thread that tells, behind the ring of operands: the i-th uses place i % Tellings for the (i / Tellings)-th time.
//   stored[p]  an arrival of each warp that multiplies, once its rows are stored; who tells waits for it.
//   told[p]    one arrival, of the thread that tells; a warp waits for it before it arrives for the next tile at this place.
// And the number of the call, which that thread reads for all:
//   begun      one arrival, when it lies in `epoch`.
constexpr int Tellings = 4, Stored = Empty + Stages * 8, Told = Stored + Tellings * 8, Begun = Told + Tellings * 8, Epoch = Begun + 8;

// A tile for others, by number.
struct Telling {
    SharedAddress stored, told;
    int parity;

    __device__ __forceinline__ Telling(SharedAddress shared, int tile)
        : stored(shared + Stored + tile % Tellings * 8), told(shared + Told + tile % Tellings * 8), parity(tile / Tellings & 1) {}
};

__device__ __forceinline__ void begin_tellings(SharedAddress shared) {
    for (int i = 0; i < Tellings; ++i) {
        const Telling telling(shared, i);
        attention::barrier_begin(telling.stored, Warps);
        attention::barrier_begin(telling.told, 1);
    }
    attention::barrier_begin(shared + Begun, 1);
}

__device__ __forceinline__ volatile uint64_t& shared_epoch() { return *reinterpret_cast<volatile uint64_t*>(int8_shared + Epoch); }

__device__ __forceinline__ void produce(const FusedArguments& a, SharedAddress shared) {
    Ring ring;
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (!place.is_empty()) load_tile(a.product, shared, ring, place.owner * a.ranks.part + place.row, place.column);
    }
}

// A thread that tells owners of tiles, so that whoever multiplies does not wait until they are there.
__device__ __forceinline__ void tell(const FusedArguments& a, SharedAddress shared) {
    const uint64_t epoch = next_epoch(a.ranks.control);
    shared_epoch() = epoch;
    attention::barrier_arrive(shared + Begun);
    tell_begun(a.ranks, epoch);
    count_block(a.ranks.control, epoch);
    int tile = 0;
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (place.owner == a.ranks.rank) return;
        if (place.is_empty()) continue;
        const Telling telling(shared, tile++);
        attention::barrier_wait(telling.stored, telling.parity);
        tell_tile(a.ranks, epoch, place);
        attention::barrier_arrive(telling.told);
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
    int d[Columns / 8][4] = {}, tile = 0;
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
            attention::barrier_wait(shared + Begun, 0);
            await_tile(a.ranks, shared_epoch(), place, lane, 32);
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
        if (is_own) continue;
        const Telling telling(shared, tile++);
        if (lane == 0) {
            attention::barrier_wait(telling.told, telling.parity ^ 1);
            attention::barrier_arrive(telling.stored);
        }
        __syncwarp();
    }
}

#else

__device__ inline void emulate_fused_tile(const FusedArguments& a, const FusedPlace& place) {
    const bool is_own = place.owner == a.ranks.rank;
    emulate_records(a.product, place.rows, place.row, place.column, [&](int row, int column) {
        float y[4][8] = {};
        if (is_own) add_records(a, 1, row, column, y);
        emulate_record(a.product, place.owner * a.ranks.part, row, place.rows, column, y, true, is_own ? nullptr : record_at(a, place.owner, a.ranks.rank, row, column));
    });
}

#endif

}

extern "C" __global__ void __launch_bounds__(int8_product::Threads, INT8_BLOCKS) int8_fused_kernel(const __grid_constant__ int8_product::FusedArguments a) {
    using namespace int8_product;
#ifdef EVERGRAPH_EMULATED
    const uint64_t epoch = next_epoch(a.ranks.control);
    __syncthreads();
    if (threadIdx.x == 0) {
        tell_begun(a.ranks, epoch);
        count_block(a.ranks.control, epoch);
    }
    for (int number = blockIdx.x; number < tiles_of(a); number += gridDim.x) {
        const FusedPlace place(a, number);
        if (place.is_empty()) continue;
        if (place.owner == a.ranks.rank) await_tile(a.ranks, epoch, place, threadIdx.x, Threads);
        __syncthreads();
        emulate_fused_tile(a, place);
        __syncthreads();
        if (place.owner != a.ranks.rank && threadIdx.x == 0) tell_tile(a.ranks, epoch, place);
    }
#else
    const SharedAddress shared = attention::shared_address(int8_shared);
    const int group = __shfl_sync(~0u, int(threadIdx.x) / 128, 0);
    if (threadIdx.x == 0) {
        begin_tellings(shared);
        begin_ring(a.product, shared);
    }
    __syncthreads();
    if (group == Groups) {
        // More than a product's, because of the flags.
        attention::fewer_registers<40>();
        if ((threadIdx.x & 127) == 0) produce(a, shared);
        else if ((threadIdx.x & 127) == 32) tell(a, shared);
    } else {
        attention::more_registers<Groups == 2 ? 232 : 208>();
        consume(a, shared, group);
    }
#endif
}
