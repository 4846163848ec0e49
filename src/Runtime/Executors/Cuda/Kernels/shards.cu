// Kernels that cut, join and sum the shards of shard_arguments.cuh.

// Group i of part `rank` of Σ over ranks + bias, whose padding is 0: summed in the order of ranks in C and rounded once. `addend` says where
// each rank's summand lies.
template <class F> __device__ __forceinline__ void reduce_group(const ShardArguments& a, int64_t i, F addend) {
    int column = int(i % a.inner), token = int(i / a.inner % a.part) + a.rank * a.part;
    C sum[SHARD_VECTOR];
#pragma unroll
    for (int e = 0; e < SHARD_VECTOR; ++e) sum[e] = C(0);
    if (token < a.size) {
        for (int rank = 0; rank < a.ranks; ++rank) {
            C x[SHARD_VECTOR];
            load_vector<SHARD_VECTOR>(x, addend(rank));
#pragma unroll
            for (int e = 0; e < SHARD_VECTOR; ++e) sum[e] = rank == 0 ? x[e] : C(sum[e] + x[e]);
        }
        if (a.bias) {
#pragma unroll
            for (int e = 0; e < SHARD_VECTOR; ++e) sum[e] = C(sum[e] + load(a.bias + column * SHARD_VECTOR + e));
        }
    }
    store_vector<SHARD_VECTOR>(a.result + i * SHARD_VECTOR, sum);
}

// Each rank's summand lies in its own memory, as parts.
extern "C" __global__ void __launch_bounds__(256) reduce_shards(ShardArguments a) {
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll)
        reduce_group(a, i, [&](int rank) { return shared_part(a, rank) + (a.rank * a.items + i) * SHARD_VECTOR; });
}

// The same by one block, which meets the other ranks first: of few groups, where a launch more would cost as much as the sum.
extern "C" __global__ void __launch_bounds__(1024) meet_and_reduce(ShardArguments a) {
    int peer = threadIdx.x;
    bool is_other = peer < a.ranks && peer != a.control->rank;
    if (peer == 0) begin_call(a.control, a.fault, a.tokens);
    __syncthreads();
    if (is_other) {
        __threadfence_system();
        store_release(flag_of(a.control->peers[peer], a.buffer_number, a.control->rank, 0), load_acquire(&a.control->word));
    }
    __syncthreads();
    if (is_other) await_flag(a.control, a.fault, a.buffer_number, peer, 0, a.node);
    __syncthreads();
    for (int64_t i = threadIdx.x; i < a.items; i += 1024)
        reduce_group(a, i, [&](int rank) { return shared_part(a, rank) + (a.rank * a.items + i) * SHARD_VECTOR; });
}

// All ranks' summands of this rank's rows lie in its own buffer, rank 0's first, once their flags say so.
extern "C" __global__ void __launch_bounds__(256) sum_slots(ShardArguments a) {
    for (int i = threadIdx.x; i < a.ranks * a.slots; i += 256)
        if (i / a.slots != a.rank) await_flag(a.control, a.fault, a.buffer_number, i / a.slots, i % a.slots, a.node);
    __syncthreads();
    const T* slots = shared_part(a, a.rank);
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll)
        reduce_group(a, i, [&](int rank) { return slots + (rank * a.items + i) * SHARD_VECTOR; });
}

// This rank's part into place `rank` of every rank's buffer. Blocks along y are for one rank each.
extern "C" __global__ void __launch_bounds__(256) push_part(ShardArguments a) {
    T* to = const_cast<T*>(shared_part(a, (blockIdx.y + a.rank) % a.ranks)) + a.rank * a.items * SHARD_VECTOR;
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll) {
        Group group;
        group.read(a.x + i * SHARD_VECTOR);
        group.write(to + i * SHARD_VECTOR);
    }
}

// [outer, size, inner] without padding, from the parts that lie one after another in this rank's buffer.
extern "C" __global__ void __launch_bounds__(256) join_parts(ShardArguments a) {
    const T* parts = shared_part(a, a.rank);
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll) {
        int64_t row = i / a.inner;
        int outer = int(row / a.size), token = int(row % a.size), rank = token / a.part;
        int64_t from = ((int64_t(rank) * a.outer + outer) * a.part + token % a.part) * a.inner + i % a.inner;
        Group group;
        group.read(parts + from * SHARD_VECTOR);
        group.write(a.result + i * SHARD_VECTOR);
    }
}

// Parts of x from `rank` on, padded with zeros.
extern "C" __global__ void __launch_bounds__(256) split_parts(ShardArguments a) {
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll) {
        int64_t row = i / a.inner;
        int outer = int(row / a.part % a.outer), token = int(row % a.part) + int(row / a.part / a.outer + a.rank) * a.part;
        Group group = {};
        if (token < a.size) group.read(a.x + ((int64_t(outer) * a.size + token) * a.inner + i % a.inner) * SHARD_VECTOR);
        group.write(a.result + i * SHARD_VECTOR);
    }
}

// Adds the bias to the real rows of a part in place, and makes its padding 0.
extern "C" __global__ void __launch_bounds__(256) finish_part(ShardArguments a) {
    for (int64_t i = blockIdx.x * 256ll + threadIdx.x; i < a.items; i += gridDim.x * 256ll) {
        int column = int(i % a.inner), token = int(i / a.inner % a.part) + a.rank * a.part;
        C x[SHARD_VECTOR];
        load_vector<SHARD_VECTOR>(x, a.result + i * SHARD_VECTOR);
#pragma unroll
        for (int e = 0; e < SHARD_VECTOR; ++e) x[e] = token >= a.size ? C(0) : a.bias ? C(x[e] + load(a.bias + column * SHARD_VECTOR + e)) : x[e];
        store_vector<SHARD_VECTOR>(a.result + i * SHARD_VECTOR, x);
    }
}
