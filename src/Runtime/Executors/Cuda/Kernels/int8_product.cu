// The product of int8_arguments.cuh by the warpgroups of compute capability 9.0a. A block stays on its multiprocessor and takes every
// gridDim.x-th tile. One thread of its last warpgroup loads: it goes over the tiles' columns of K, 128 at a time, and runs ahead of the
// others, over the ends of tiles too, as far as the ring has stages. The other warpgroups multiply 64 rows each and write them.
//
// The ring: stage s is filled and emptied in turn, its u-th time in phase u of two barriers.
//   full[s]    one arrival, of the thread that loads, and the bytes of both boxes; whoever multiplies waits for parity u & 1.
//   empty[s]   an arrival of each warp that multiplies, once its products have read the stage; who loads waits for the phase before,
//              parity (u & 1) ^ 1, which at u = 0 counts as complete.
// A product is in flight while the next stage is waited for: a stage is given back one step later.
namespace int8_product {

#ifndef EVERGRAPH_EMULATED

constexpr int LeftBytes = Rows * 128, RightBytes = Columns * 128, StageBytes = LeftBytes + RightBytes, Warps = Groups * 4;

// A warp turns 16 rows of 64 sums around at a time; then come the barriers.
constexpr int WarpBytes = 16 * 64 * 4, Staging = Stages * StageBytes, Full = Staging + Warps * WarpBytes, Empty = Full + Stages * 8;

// Boxes with the 128-byte swizzle lie at multiples of 1024.
extern __shared__ __align__(1024) unsigned char int8_shared[];

// The next stage and its phase.
struct Ring {
    int stage = 0, parity = 0;
    __device__ __forceinline__ void next() {
        if (++stage == Stages) stage = 0, parity ^= 1;
    }
};

__device__ __forceinline__ void produce(const Arguments& a, SharedAddress shared) {
    Ring ring;
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) {
        const Place place(a, tile);
        for (int k = 0; k < a.depth; k += 128, ring.next()) {
            const SharedAddress slot = shared + ring.stage * StageBytes, full = shared + Full + ring.stage * 8;
            attention::barrier_wait(shared + Empty + ring.stage * 8, ring.parity ^ 1);
            barrier_expect(full, StageBytes);
            load_box(a.x_map, slot, full, k, place.row);
            load_box(a.weight_map, slot + LeftBytes, full, k, place.column);
        }
    }
}

// Where 4 sums of a row lie in a warp's 16 rows of 64: pairs of fours are exchanged by the row, and the two of a pair by the place that the pair
// gets, so that neither writes of fragments nor reads of rows meet in a bank. All of it is xor: swizzle(x ^ y) = swizzle(x) ^ swizzle(y).
__device__ __forceinline__ constexpr int swizzle(int pair) { return pair * 32 ^ pair / 4 * 16; }
__device__ __forceinline__ int staged(int row, int four) { return row * 256 + (swizzle(four / 2 ^ (row & 7)) ^ (four & 1) * 16); }

// What a warp writes of a tile: 16 rows. A fragment has rows lane / 4 and 8 below, and columns 2 · (lane & 3) and the next one of each 8; 64
// columns at a time are turned into rows, of which each thread takes 16 bytes: a warp stores whole lines, as another device's memory wants it.
constexpr int Lanes = 64 / Width, Step = 32 / Lanes, Steps = 16 / Step, Parts = Columns / 64;

// Whether there are registers to load ahead what the next columns need.
constexpr bool IsAhead = Columns < 256 || sizeof(T) == 2;

// What a thread needs of memory to finish its rows of 64 columns.
struct Addition {
    ColumnFactors factors;
    Raw<T> addends[Steps];

    // Columns beyond the last take what belongs to the first; they are not stored.
    __device__ __forceinline__ Addition(const Arguments& a, int first_row, int column) : factors(a, column < a.columns ? column : 0) {
        const int row = first_row + (threadIdx.x & 31) / Lanes;
        if (a.addend == nullptr || column >= a.columns) return;
        const T* at = a.addend + int64_t(row) * a.columns + column;
#pragma unroll
        for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.columns)
            if (row + i * Step < a.rows) addends[i].read(at);
    }
};

__device__ __forceinline__ int own_column(int first_column, int part) { return first_column + part * 64 + (threadIdx.x & 31) % Lanes * Width; }

// Writes the fragments of 64 columns to the warp's staging.
__device__ __forceinline__ void stage_sums(const int (&d)[Columns / 8][4], int part, SharedAddress staging) {
    const int lane = threadIdx.x & 31;
    const SharedAddress place = staging + staged(lane / 4, (lane & 3) / 2) + (lane & 1) * 8;
#pragma unroll
    for (int j = 0; j < 8; ++j) {
        const SharedAddress at = place ^ swizzle(j);
        store_pair(at, d[part * 8 + j][0], d[part * 8 + j][1]);
        store_pair(at + 8 * 256, d[part * 8 + j][2], d[part * 8 + j][3]);
    }
}

// Finishes the rows of 64 columns and stores them.
__device__ __forceinline__ void store_rows(const Arguments& a, const Addition& addition, SharedAddress staging, int first_row, int column) {
    const int lane = threadIdx.x & 31, own_row = lane / Lanes;
    const SharedAddress place = staging + staged(own_row, lane % Lanes * Width / 4);
    const ColumnNumbers numbers(a, addition.factors);
    T* at = a.result + int64_t(first_row + own_row) * a.columns + column;
#pragma unroll
    for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.columns) {
        uint32_t sums[Width];
#pragma unroll
        for (int e = 0; e < Width; e += 4) load_four(sums + e, (place ^ swizzle(i * Step & 7) ^ e * 4) + i * Step * 256);
        if (column < a.columns && first_row + own_row + i * Step < a.rows) store_line(at, numbers.finish(sums, addition.addends[i]).pieces[0]);
    }
}

__device__ __forceinline__ void consume(const Arguments& a, SharedAddress shared, int group) {
    const int warp = threadIdx.x / 32, lane = threadIdx.x & 31;
    const SharedAddress staging = shared + Staging + warp * WarpBytes;
    const int blocks = (a.depth + 127) / 128;
    int d[Columns / 8][4] = {};
    Ring ring;
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) {
        SharedAddress last = shared + Empty;
        for (int k = 0; k < blocks; ++k, ring.next()) {
            const SharedAddress left = shared + ring.stage * StageBytes + group * (64 * 128), right = shared + ring.stage * StageBytes + LeftBytes;
            attention::barrier_wait(shared + Full + ring.stage * 8, ring.parity);
            warpgroup_fence(d);
            attention::warpgroup_arrive();
#pragma unroll
            for (int step = 0; step < 4; ++step) warpgroup_mma(d, left + step * 32, right + step * 32, k > 0 || step > 0);
            attention::warpgroup_commit();
            attention::warpgroup_wait<1>();
            if (k > 0 && lane == 0) attention::barrier_arrive(last);
            last = shared + Empty + ring.stage * 8;
        }

        // What the first columns need comes during the last products, and what the next ones need while the last ones are stored.
        const Place place(a, tile);
        const int first_row = place.row + warp * 16;
        Addition next(a, first_row, own_column(place.column, 0));
        __syncwarp();
        attention::warpgroup_wait<0>();
        warpgroup_fence(d);
        if (lane == 0) attention::barrier_arrive(last);
#pragma unroll
        for (int part = 0; part < Parts; ++part) {
            __syncwarp();
            stage_sums(d, part, staging);
            __syncwarp();
            if (!IsAhead && part > 0) next = Addition(a, first_row, own_column(place.column, part));
            const Addition addition = next;
            if (IsAhead && part + 1 < Parts) next = Addition(a, first_row, own_column(place.column, part + 1));
            store_rows(a, addition, staging, first_row, own_column(place.column, part));
        }

        // What waits and multiplies next asks for whole warps.
        __syncwarp();
    }
}

#endif

}

extern "C" __global__ void __launch_bounds__(int8_product::Threads, INT8_BLOCKS) int8_product_kernel(const __grid_constant__ int8_product::Arguments a) {
    using namespace int8_product;
#ifdef EVERGRAPH_EMULATED
    // The same tiles, masks and places, one thread to Width columns of a row.
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) {
        const Place place(a, tile);
        for (int i = threadIdx.x; i < Rows * Columns / Width; i += Threads) {
            const int row = place.row + i / (Columns / Width), column = place.column + i % (Columns / Width) * Width;
            if (row >= a.rows || column >= a.columns) continue;
            const int64_t at = int64_t(row) * a.columns + column;
            uint32_t sums[Width] = {};
            for (int e = 0; e < Width; ++e)
                for (int k = 0; k < a.depth; ++k)
                    sums[e] += uint32_t(int(a.x[int64_t(row) * a.depth + k]) * a.weight[int64_t(column + e) * a.depth + k]);
            Raw<T> addend;
            if (a.addend) addend.read(a.addend + at);
            *reinterpret_cast<uint4*>(a.result + at) = ColumnNumbers(a, ColumnFactors(a, column)).finish(sums, addend).pieces[0];
        }
    }
#else
    const SharedAddress shared = attention::shared_address(int8_shared);
    const int group = __shfl_sync(~0u, int(threadIdx.x) / 128, 0);
    if (threadIdx.x == 0) {
        for (int stage = 0; stage < Stages; ++stage) {
            attention::barrier_begin(shared + Full + stage * 8, 1);
            attention::barrier_begin(shared + Empty + stage * 8, Warps);
        }
        fence_barriers();
        prefetch_map(a.x_map);
        prefetch_map(a.weight_map);
    }

    __syncthreads();
    if (group == Groups) {
        // 65536 registers: 384 threads of 168, or two blocks of 256 threads of at least 124.
        attention::fewer_registers<24>();
        if ((threadIdx.x & 127) == 0) produce(a, shared);
    } else {
        attention::more_registers<Groups == 2 ? 240 : 224>();
        consume(a, shared, group);
    }
#endif
}
