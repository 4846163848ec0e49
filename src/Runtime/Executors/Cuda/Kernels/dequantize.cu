// Adds the numbers of quantized_products.cuh to what was there before. Elements are taken SHARD_VECTOR at a time.
extern "C" __global__ void __launch_bounds__(256) dequantize(DequantizeArguments a) {
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll) {
        int64_t row = i / a.columns;
        int column = int(i % a.columns) * SHARD_VECTOR;
        int64_t at = row / a.rows * a.outer_stride + (row % a.rows * a.columns) * SHARD_VECTOR + column;
        int32_t sums[SHARD_VECTOR];
        float y[SHARD_VECTOR];
        load_vector<SHARD_VECTOR>(sums, a.products + i * SHARD_VECTOR);
        if (a.addend) load_vector<SHARD_VECTOR>(y, a.addend + at);
#pragma unroll
        for (int e = 0; e < SHARD_VECTOR; ++e) {
            float value = product_of(a, sums[e], column + e);
            y[e] = a.addend ? y[e] + value : value;
        }
        store_vector<SHARD_VECTOR>(a.result + at, y);
    }
}
