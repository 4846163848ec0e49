// This rank's part of the sum of what the ranks put into its buffer: its own rows as they are, in slot `rank`, and the others' as records of packed_sums.cuh at the
// beginning of theirs. A chunk of rows is summed once its flags are set, a record by a warp; elements one by one, in the order of ranks, in float32.
extern "C" __global__ void __launch_bounds__(256) sum_packed(ShardArguments a) {
    using namespace packed_sums;
    const int lane = threadIdx.x & 31, across = a.inner / RecordColumns, down = (a.part + RecordRows - 1) / RecordRows;
    const unsigned char* slots = reinterpret_cast<const unsigned char*>(shared_part(a, a.rank));
    const int64_t slot_bytes = a.items * int64_t(sizeof(T));
    for (int chunk = 0; chunk < a.slots; ++chunk) {
        if (int(threadIdx.x) < a.ranks && int(threadIdx.x) != a.rank) await_flag(a.control, a.fault, a.buffer_number, threadIdx.x, chunk, a.node);
        __syncthreads();
        const int first = chunk * a.slot_rows / RecordRows, rows = min((a.slot_rows + RecordRows - 1) / RecordRows, down - first);
        const int64_t records = int64_t(a.outer) * max(rows, 0) * across;
        for (int64_t i = blockIdx.x * 8ll + threadIdx.x / 32; i < records; i += gridDim.x * 8ll) {
            const int outer = int(i / (int64_t(rows) * across)), down_at = first + int(i / across % rows), column = int(i % across) * RecordColumns + column_of(lane);
            const int64_t record = ((int64_t(outer) * down + down_at) * across + i % across) * RecordBytes;
            const bool has_tokens = down_at * RecordRows + a.rank * a.part < a.size;
            float sum[4][8] = {};
            for (int rank = 0; has_tokens && rank < a.ranks; ++rank) {
                if (rank != a.rank) {
                    const Packed packed(slots + rank * slot_bytes + record);
#pragma unroll
                    for (int row = 0; row < 4; ++row) packed.add_row(row, sum[row]);
                    continue;
                }
#pragma unroll
                for (int row = 0; row < 4; ++row) {
                    const int in_part = down_at * RecordRows + row_of(lane, row);
                    float x[8];
                    if (in_part >= a.part) continue;
                    load_vector<8>(x, reinterpret_cast<const T*>(slots + rank * slot_bytes) + (int64_t(outer) * a.part + in_part) * a.inner + column);
#pragma unroll
                    for (int e = 0; e < 8; ++e) sum[row][e] += x[e];
                }
            }
            float bias[8] = {};
            if (a.bias) load_vector<8>(bias, a.bias + column);
#pragma unroll
            for (int row = 0; row < 4; ++row) {
                const int in_part = down_at * RecordRows + row_of(lane, row);
                if (in_part >= a.part) continue;
                const bool is_token = in_part + a.rank * a.part < a.size;
#pragma unroll
                for (int e = 0; e < 8; ++e) sum[row][e] = is_token ? sum[row][e] + bias[e] : 0;
                store_vector<8>(a.result + (int64_t(outer) * a.part + in_part) * a.inner + column, sum[row]);
            }
        }
        __syncthreads();
    }
}
