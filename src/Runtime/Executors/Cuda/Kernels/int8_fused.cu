// A W8A8 row layer's product and reduce-scatter in one kernel: tiles of int8_tile.cuh in the order of fused_order.cuh. Those for other ranks leave as int8_parcels.cuh
// says. A tile of the own rows waits for the flags of the others' parcels at the same place, and adds theirs to its own.
//
// Nobody waits for ever: what is waited for are tiles that come earlier in an order that is the same on all ranks, and all blocks of a launch are resident. A rank that
// came with other tokens cuts other tiles, so each tells at once, by the flag of slot 0, what it came with.
namespace int8_product {

#ifndef EVERGRAPH_EMULATED

__device__ __forceinline__ void produce(const FusedArguments& a, SharedAddress shared) {
    Ring ring;
    int number = 0;
    for (int n = blockIdx.x; n < all_tiles_of(a); n += gridDim.x) {
        const FusedTile tile(a, n);

        // Who multiplies reads it once the first operands have arrived, behind the arrival of this thread.
        attention::barrier_wait(shared + Empty + ring.stage * 8, ring.parity ^ 1);
        shared_tile(number++) = tile;
        load_tile(a.product, shared, ring, tile.owner * a.ranks.part + tile.row, tile.column);
    }
}

// Packs a tile for another rank, whose first parcel has this number.
__device__ __forceinline__ void store_parcels(
    const FusedArguments& a, const FusedTile& tile, ColumnFactors next, const int (&d)[Columns / 8][4], SharedAddress shared, SharedAddress staging, int number) {
    const int warp = threadIdx.x / 32, first_row = tile.row + warp * packed_sums::RecordRows, parcels = tile.parcels(a);
#pragma unroll
    for (int i = 0; i < TileParcels; ++i) {
        if (i >= parcels) break;
        __syncwarp();
        stage_sums(d, i, staging);
        __syncwarp();
        const ColumnNumbers numbers(a.product, next);
        if (i + 1 < TileParcels) next = factors_of(a.product, own_column(tile.column, i + 1));
        const Parcel parcel(shared, number + i);
        attention::barrier_wait(parcel.sent, parcel.parity ^ 1);
        if (first_row < tile.rows)
            pack_rows<false>(numbers, packed_sums::Packed(), staging, tile.rows - first_row, int8_shared + parcel.records + warp * packed_sums::RecordBytes);
        attention::barrier_arrive(parcel.stored);
    }
}

// Finishes a tile of the own rows.
__device__ __forceinline__ void finish_tile(const FusedArguments& a, const FusedTile& tile, ColumnFactors next, const int (&d)[Columns / 8][4], SharedAddress staging) {
    const int lane = threadIdx.x & 31, own_row = lane / Lanes, first_row = tile.row + int(threadIdx.x) / 32 * packed_sums::RecordRows, parcels = tile.parcels(a);
    const SharedAddress at_staging = staging + staged(own_row, lane % Lanes * Width / 4);
    if (first_row >= tile.rows) return;
    packed_sums::Packed first = record_from(a, 1, first_row, tile.column);
#pragma unroll
    for (int part = 0; part < TileParcels; ++part) {
        if (part >= parcels) break;
        const int column = own_column(tile.column, part);
        __syncwarp();
        stage_sums(d, part, staging);
        __syncwarp();
        const ColumnNumbers numbers(a.product, next);
        const packed_sums::Packed arrived = first;
        if (part + 1 < TileParcels) next = factors_of(a.product, own_column(tile.column, part + 1));
        if (part + 1 < parcels) first = record_from(a, 1, first_row, tile.column + (part + 1) * ParcelColumns);
        float y[4][8] = {};
#pragma unroll
        for (int i = 0; i < Steps; ++i) {
            uint32_t sums[Width];
            load_sums(sums, at_staging, i);
            numbers.add(sums, y[i]);
        }
        add_records(a, arrived, first_row, column, y);
        T* at = a.product.result + int64_t(first_row + own_row) * a.product.columns + column;
#pragma unroll
        for (int i = 0; i < Steps; ++i, at += int64_t(Step) * a.product.columns)
            if (first_row + own_row + i * Step < tile.rows) store_line(at, rounded(y[i]).pieces[0]);
    }
}

__device__ __forceinline__ void consume(const FusedArguments& a, SharedAddress shared, int group) {
    const SharedAddress staging = shared + Staging + threadIdx.x / 32 * WarpBytes;
    int d[Columns / 8][4] = {}, number = 0, parcels = 0, own = 0;
    Ring ring;
    for (int n = blockIdx.x; n < all_tiles_of(a); n += gridDim.x) {
        const SharedAddress last = multiply_tile(a.product, shared, ring, group, d);
        const FusedTile tile = shared_tile(number++);
        const ColumnFactors factors = factors_of(a.product, own_column(tile.column, 0));
        end_products(d, last);
        if (tile.owner == a.ranks.rank) {
            const Arrival arrival(shared, own++);
            attention::barrier_wait(arrival.heard, arrival.parity);
            __syncwarp();
            if ((threadIdx.x & 31) == 0) attention::barrier_arrive(arrival.read);
            finish_tile(a, tile, factors, d, staging);
        } else {
            store_parcels(a, tile, factors, d, shared, staging, parcels);
            parcels += tile.parcels(a);
        }
        __syncwarp();
    }
}

#else

__device__ inline void emulate_fused_tile(const FusedArguments& a, const FusedTile& tile) {
    const bool is_own = tile.owner == a.ranks.rank;
    emulate_records(a.product, tile.rows, tile.row, tile.column, [&](int row, int column) {
        float y[4][8] = {};
        if (is_own) add_records(a, record_from(a, 1, row, column), row, column, y);
        unsigned char* record = is_own ? nullptr : record_at(a, memory_of(a.ranks, tile.owner), a.ranks.rank, row, column);
        emulate_record(a.product, tile.owner * a.ranks.part, row, tile.rows, column, y, true, record);
    });
}

#endif

}

extern "C" __global__ void __launch_bounds__(int8_product::Threads, INT8_BLOCKS) int8_fused_kernel(const __grid_constant__ int8_product::FusedArguments a) {
    using namespace int8_product;
#ifdef EVERGRAPH_EMULATED
    __shared__ uint64_t word;
    if (threadIdx.x == 0) word = begin_fused(a.ranks);
    __syncthreads();
    for (int n = blockIdx.x; n < all_tiles_of(a); n += gridDim.x) {
        const FusedTile tile(a, n);
        if (tile.owner == a.ranks.rank) await_parcels(a, word, tile, threadIdx.x, Threads);
        __syncthreads();
        emulate_fused_tile(a, tile);
        __syncthreads();
        if (tile.owner != a.ranks.rank && int(threadIdx.x) < tile.parcels(a)) tell_parcel(a.ranks, word, memory_of(a.ranks, tile.owner), tile, threadIdx.x);
    }
#else
    const SharedAddress shared = attention::shared_address(int8_shared);
    const int group = __shfl_sync(~0u, int(threadIdx.x) / 128, 0);
    if (threadIdx.x == 0) {
        begin_parcels(shared);
        begin_ring(a.product, shared);
    }
    __syncthreads();
    if (group == Groups) {
        // More than a product's, because of what is sent.
        attention::fewer_registers<40>();
        const int warp = (threadIdx.x & 127) / 32;
        if ((threadIdx.x & 127) == 0) produce(a, shared);
        else if (warp == 1) listen(a, shared);
        else if (warp > 1) send_parcels(a, shared, warp - 2);
    } else {
        attention::more_registers<Groups == 2 ? 232 : 208>();
        consume(a, shared, group);
    }
#endif
}
