// y = (Σ q·w − zero_point · Σ w) · (scale · weight_scale) + what was there before + bias, of products in int32. Elements are taken
// SHARD_VECTOR at a time.
#ifndef SHARD_TYPE
#define SHARD_TYPE float
#endif
#ifndef SCALE_TYPE
#define SCALE_TYPE float
#endif
#ifndef SHARD_VECTOR
#define SHARD_VECTOR 1
#endif
typedef SHARD_TYPE T;

struct DequantizeArguments {
    const int32_t* products;        // [outer, rows, columns]
    const int32_t* weight_sums;     // Σ over k of w, [columns], or null where the zero-point is 0
    const SCALE_TYPE* weight_scale; // [columns]
    const T* addend;                // laid out like the result, or null
    const T* bias;                  // [columns], or null
    T* result;                      // rows of a matrix of the batch lie outer_stride elements apart
    int64_t items, outer_stride;
    double scale;
    int rows, columns;              // columns count groups
    int zero_point;
};

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
            int64_t sum = sums[e];
            if (a.weight_sums) sum -= int64_t(a.weight_sums[column + e]) * a.zero_point;
            float value = float(sum) * float(double(load(a.weight_scale + column + e)) * a.scale);
            if (a.bias) value += float(load(a.bias + column + e));
            y[e] = a.addend ? y[e] + value : value;
        }
        store_vector<SHARD_VECTOR>(a.result + at, y);
    }
}
