// The numbers of quantized_products.cuh with what was there before, where the result or the addend is records of packed_sums.cuh: items counts records, one for each warp
// at a time, and those of a matrix of the batch lie record_stride bytes apart.
struct PackedProductArguments {
    DequantizeArguments products;
    int64_t record_stride;
    int packs;                      // whether the result is records; otherwise rows
};

extern "C" __global__ void __launch_bounds__(256) packed_products(PackedProductArguments all) {
    using namespace packed_sums;
    const DequantizeArguments& a = all.products;
    const int lane = threadIdx.x & 31, across = a.columns / RecordColumns, down = (a.rows + RecordRows - 1) / RecordRows;
    for (int64_t i = blockIdx.x * 8ll + threadIdx.x / 32; i < a.items; i += gridDim.x * 8ll) {
        const int64_t outer = i / (int64_t(across) * down), in_matrix = i % (int64_t(across) * down), record = outer * all.record_stride + in_matrix * RecordBytes;
        const int first_row = int(in_matrix / across) * RecordRows, column = int(in_matrix % across) * RecordColumns + column_of(lane);
        const Packed addend = a.addend ? Packed(reinterpret_cast<const unsigned char*>(a.addend) + record) : Packed();
        float y[4][8] = {};
        bool is_number = addend.is_number();
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const int row = first_row + row_of(lane, j);
            if (row >= a.rows) continue;
            int32_t sums[8];
            load_vector<8>(sums, a.products + (outer * a.rows + row) * a.columns + column);
            addend.add_row(j, y[j]);
#pragma unroll
            for (int e = 0; e < 8; ++e) y[j][e] += product_of(a, sums[e], column + e), is_number = is_number && y[j][e] == y[j][e];
            if (!all.packs) store_vector<8>(a.result + outer * a.outer_stride + int64_t(row) * a.columns + column, y[j]);
        }
        if (all.packs) packed_sums::store(reinterpret_cast<unsigned char*>(a.result) + record, y, __all_sync(~0u, is_number));
    }
}
