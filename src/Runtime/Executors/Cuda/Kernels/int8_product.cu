// The product of int8_arguments.cuh in tiles of int8_tile.cuh. A block stays on its multiprocessor and takes every gridDim.x-th tile. One thread of its last warpgroup
// loads, and runs ahead of the others, over the ends of tiles too, as far as the ring has stages. The other warpgroups multiply 64 rows each and write them.
namespace int8_product {

#ifndef EVERGRAPH_EMULATED

__device__ __forceinline__ void produce(const Arguments& a, SharedAddress shared) {
    Ring ring;
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) {
        const Place place(a, tile);
        load_tile(a, shared, ring, place.row, place.column);
    }
}

__device__ __forceinline__ void consume(const Arguments& a, SharedAddress shared, int group) {
    const int warp = threadIdx.x / 32;
    const SharedAddress staging = shared + Staging + warp * WarpBytes;
    int d[Columns / 8][4] = {};
    Ring ring;
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) {
        const SharedAddress last = multiply_tile(a, shared, ring, group, d);

        // What the first columns need comes during the last products, and what the next ones need while the last ones are stored.
        const Place place(a, tile);
        const int first_row = place.row + warp * 16;
        Addition next(a, first_row, own_column(place.column, 0));
        end_products(d, last);
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
    for (int tile = blockIdx.x; tile < a.row_tiles * a.column_tiles; tile += gridDim.x) emulate_tile(a, Place(a, tile));
#else
    const SharedAddress shared = attention::shared_address(int8_shared);
    const int group = __shfl_sync(~0u, int(threadIdx.x) / 128, 0);
    if (threadIdx.x == 0) begin_ring(a, shared);
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
