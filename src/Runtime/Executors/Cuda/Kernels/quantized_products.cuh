// Products of a W8A8 layer in int32, which a pass makes numbers of:
// y = (Σ q·w − zero_point · Σ w) · (scale · weight_scale) + bias.
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

__device__ __forceinline__ float product_of(const DequantizeArguments& a, int32_t product, int column) {
    int64_t sum = product;
    if (a.weight_sums) sum -= int64_t(a.weight_sums[column]) * a.zero_point;
    float value = float(sum) * float(double(load(a.weight_scale + column)) * a.scale);
    if (a.bias) value += float(load(a.bias + column));
    return value;
}
