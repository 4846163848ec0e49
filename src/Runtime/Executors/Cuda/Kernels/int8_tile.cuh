// How a block computes one tile of the product of int8_arguments.cuh with the warpgroups of compute capability 9.0a: one thread loads the tile's columns of K, 128 at
// a time, into a ring; warpgroups multiply 64 rows each, turn their sums into rows and store them.
//
// The ring: stage s is filled and emptied in turn, its u-th time in phase u of two barriers.
//   full[s]    one arrival, of the thread that loads, and the bytes of both boxes; whoever multiplies waits for parity u & 1.
//   empty[s]   an arrival of each warp that multiplies, once its products have read the stage; who loads waits for the phase before,
//              parity (u & 1) ^ 1, which at u = 0 counts as complete.
// A product is in flight while the next stage is waited for: a stage is given back one step later.
namespace int8_product {

#if INT8_PACKED_ADDEND

// The record of 16 rows and 64 columns.
__device__ __forceinline__ unsigned char* record_of(const Arguments& a, const T* records, int row, int column) {
    using namespace packed_sums;
    const int64_t record = int64_t(row / RecordRows) * (a.columns / RecordColumns) + column / RecordColumns;
    return reinterpret_cast<unsigned char*>(const_cast<T*>(records)) + record * RecordBytes;
}

#endif

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

// Before the first tile: barriers, and the maps of both operands.
__device__ __forceinline__ void begin_ring(const Arguments& a, SharedAddress shared) {
    for (int stage = 0; stage < Stages; ++stage) {
        attention::barrier_begin(shared + Full + stage * 8, 1);
        attention::barrier_begin(shared + Empty + stage * 8, Warps);
    }
    fence_barriers();
    prefetch_map(a.x_map);
    prefetch_map(a.weight_map);
}

// Loads a tile from these rows of x and of the weight.
__device__ __forceinline__ void load_tile(const Arguments& a, SharedAddress shared, Ring& ring, int row, int column) {
    for (int k = 0; k < a.depth; k += 128, ring.next()) {
        const SharedAddress slot = shared + ring.stage * StageBytes, full = shared + Full + ring.stage * 8;
        attention::barrier_wait(shared + Empty + ring.stage * 8, ring.parity ^ 1);
        barrier_expect(full, StageBytes);
        load_box(a.x_map, slot, full, k, row);
        load_box(a.weight_map, slot + LeftBytes, full, k, column);
    }
}

// Multiplies a tile. The last products are still under way: the barrier that is returned gets its arrival after them.
__device__ __forceinline__ SharedAddress multiply_tile(const Arguments& a, SharedAddress shared, Ring& ring, int group, int (&d)[Columns / 8][4]) {
    const int lane = threadIdx.x & 31, blocks = (a.depth + 127) / 128;
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
    return last;
}

// Waits for a tile's last products, and gives their stage back.
__device__ __forceinline__ void end_products(int (&d)[Columns / 8][4], SharedAddress last) {
    __syncwarp();
    attention::warpgroup_wait<0>();
    warpgroup_fence(d);
    if ((threadIdx.x & 31) == 0) attention::barrier_arrive(last);
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

// Columns beyond the last take what belongs to the first; they are not stored.
__device__ __forceinline__ ColumnFactors factors_of(const Arguments& a, int column) { return ColumnFactors(a, column < a.columns ? column : 0); }

// What a thread needs of memory to finish its rows of 64 columns. Its rows are those of a lane of a record.
struct Addition {
    ColumnFactors factors;
#if INT8_PACKED_ADDEND
    packed_sums::Packed addends;
#else
    Raw<T> addends[Steps];
#endif

    __device__ __forceinline__ Addition(const Arguments& a, int first_row, int column) : factors(factors_of(a, column)) {
        if (a.addend == nullptr || column >= a.columns) return;
#if INT8_PACKED_ADDEND
        if (first_row < a.rows) addends = packed_sums::Packed(record_of(a, a.addend, first_row, column));
#else
        const int row = first_row + (threadIdx.x & 31) / Lanes;
        const T* at = a.addend + int64_t(row) * a.columns + column;
#pragma unroll
        for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.columns)
            if (row + i * Step < a.rows) addends[i].read(at);
#endif
    }

    // What is added to row i.
    __device__ __forceinline__ void read(int i, float (&y)[Width]) const {
#if INT8_PACKED_ADDEND
#pragma unroll
        for (int e = 0; e < Width; ++e) y[e] = 0;
        addends.add_row(i, y);
#else
        addends[i].unpack(y);
#endif
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

// Row i of a thread's rows: 4 columns at a time lie where staged() says.
__device__ __forceinline__ void load_sums(uint32_t (&sums)[Width], SharedAddress place, int i) {
#pragma unroll
    for (int e = 0; e < Width; e += 4) load_four(sums + e, (place ^ swizzle(i * Step & 7) ^ e * 4) + i * Step * 256);
}

#if INT8_PACKED_RESULT

// Packs the rows of 64 columns, on top of addends or not, of which so many are real; the others are 0, so that they do not count.
template <bool IsAdded>
__device__ __forceinline__ void pack_rows(const ColumnNumbers& numbers, const packed_sums::Packed& addends, SharedAddress staging, int rows, unsigned char* record) {
    const int lane = threadIdx.x & 31, own_row = lane / Lanes;
    const SharedAddress place = staging + staged(own_row, lane % Lanes * Width / 4);
    float y[4][8];
#pragma unroll
    for (int i = 0; i < Steps; ++i) {
        uint32_t sums[Width];
        load_sums(sums, place, i);
#pragma unroll
        for (int e = 0; e < Width; ++e) y[i][e] = numbers.product(sums[e], e);
        if (IsAdded) addends.add_row(i, y[i]);
    }
    if (rows < 16)
#pragma unroll
        for (int i = 0; i < Steps; ++i)
#pragma unroll
            for (int e = 0; e < Width; ++e)
                if (own_row + i * Step >= rows) y[i][e] = 0;
    packed_sums::store(record, y, numbers.are_finite() && addends.is_number());
}

__device__ __forceinline__ void store_rows(const Arguments& a, const Addition& addition, SharedAddress staging, int first_row, int column) {
    if (first_row >= a.rows || column >= a.columns) return;
    const ColumnNumbers numbers(a, addition.factors);
    unsigned char* record = record_of(a, a.result, first_row, column);
    if (a.addend) pack_rows<true>(numbers, addition.addends, staging, a.rows - first_row, record);
    else pack_rows<false>(numbers, addition.addends, staging, a.rows - first_row, record);
}

#else

// Finishes the rows of 64 columns and stores them.
__device__ __forceinline__ void store_rows(const Arguments& a, const Addition& addition, SharedAddress staging, int first_row, int column) {
    const int lane = threadIdx.x & 31, own_row = lane / Lanes;
    const SharedAddress place = staging + staged(own_row, lane % Lanes * Width / 4);
    const ColumnNumbers numbers(a, addition.factors);
    T* at = a.result + int64_t(first_row + own_row) * a.columns + column;
#pragma unroll
    for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.columns) {
        uint32_t sums[Width];
        float y[Width];
        load_sums(sums, place, i);
        addition.read(i, y);
        if (column < a.columns && first_row + own_row + i * Step < a.rows) store_line(at, numbers.finish(sums, y).pieces[0]);
    }
}

#endif

#else

__device__ inline void emulate_sums(const Arguments& a, int row, int column, uint32_t (&sums)[Width]) {
    for (int e = 0; e < Width; ++e) {
        sums[e] = 0;
        for (int k = 0; k < a.depth; ++k)
            sums[e] += uint32_t(int(a.x[int64_t(row) * a.depth + k]) * a.weight[int64_t(column + e) * a.depth + k]);
    }
}

#if INT8_PACKED_ADDEND

// A lane's rows and columns of a record on top of y: packed where there is a place for it, otherwise finished. Row 0 of the result is this row of x.
__device__ inline void emulate_record(const Arguments& a, int row_of_x, int first_row, int rows, int column, float (&y)[4][8], bool are_numbers, unsigned char* packed) {
    const ColumnNumbers numbers(a, ColumnFactors(a, column));
    for (int i = 0; i < 4; ++i) {
        const int row = first_row + packed_sums::row_of(threadIdx.x & 31, i);
        if (row >= rows) continue;
        uint32_t sums[Width];
        emulate_sums(a, row_of_x + row, column, sums);
        if (packed)
            for (int e = 0; e < 8; ++e) y[i][e] += numbers.product(sums[e], e);
        else
            *reinterpret_cast<uint4*>(a.result + int64_t(row) * a.columns + column) = numbers.finish(sums, y[i]).pieces[0];
    }
    if (packed) packed_sums::store(packed, y, numbers.are_finite() && are_numbers);
}

// Calls f with the first row and the lane's column of each record of a tile, of which each warp takes one at a time.
template <class F> __device__ inline void emulate_records(const Arguments& a, int rows, int tile_row, int tile_column, F f) {
    using namespace packed_sums;
    const int across = Columns / RecordColumns;
    for (int i = threadIdx.x / 32; i < Rows / RecordRows * across; i += Threads / 32) {
        const int row = tile_row + i / across * RecordRows, column = tile_column + i % across * RecordColumns;
        if (row < rows && column < a.columns) f(row, column + column_of(threadIdx.x & 31));
    }
}

__device__ inline void emulate_tile(const Arguments& a, const Place& place) {
    emulate_records(a, a.rows, place.row, place.column, [&](int row, int column) {
        const packed_sums::Packed addend = a.addend ? packed_sums::Packed(record_of(a, a.addend, row, column)) : packed_sums::Packed();
        float y[4][8] = {};
        for (int i = 0; i < 4; ++i) addend.add_row(i, y[i]);
        emulate_record(a, 0, row, a.rows, column, y, addend.is_number(), INT8_PACKED_RESULT ? record_of(a, a.result, row, column) : nullptr);
    });
}

#else

// The same tiles, masks and places, one thread to Width columns of a row.
__device__ inline void emulate_tile(const Arguments& a, const Place& place) {
    for (int i = threadIdx.x; i < Rows * Columns / Width; i += Threads) {
        const int row = place.row + i / (Columns / Width), column = place.column + i % (Columns / Width) * Width;
        if (row >= a.rows || column >= a.columns) continue;
        const int64_t at = int64_t(row) * a.columns + column;
        uint32_t sums[Width];
        float y[Width];
        Raw<T> addend;
        emulate_sums(a, row, column, sums);
        if (a.addend) addend.read(a.addend + at);
        addend.unpack(y);
        *reinterpret_cast<uint4*>(a.result + at) = ColumnNumbers(a, ColumnFactors(a, column)).finish(sums, y).pieces[0];
    }
}

#endif

#endif

}
