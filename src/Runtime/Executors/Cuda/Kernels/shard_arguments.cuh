// Tokens in shards. A tensor is [outer, size, inner] around its token axis, rank r's part [outer, part, inner], padded; parts lie one after
// another, rank 0's first. Elements are taken SHARD_VECTOR at a time, and inner counts such groups.
#ifndef SHARD_TYPE
#define SHARD_TYPE float
#endif
#ifndef SHARD_VECTOR
#define SHARD_VECTOR 1
#endif
typedef SHARD_TYPE T;
typedef typename Computed<T>::Type C;
typedef Elements<SHARD_VECTOR, T> Group;

struct ShardArguments {
    Control* control;
    uint64_t* fault;
    const T* x;
    const T* bias;                  // [inner], or null
    T* result;
    int64_t buffer;                 // where the buffer lies in each rank's symmetric memory, in bytes
    int64_t items;                  // groups of the result
    int outer, size, part, inner, ranks, rank;
    int tokens, buffer_number, node;    // of kernels that meet the other ranks
    int slots;                          // of each rank's rows, each with a flag
    int slot_rows;                      // of a part, that a slot's flag tells of
};

__device__ __forceinline__ const T* shared_part(const ShardArguments& a, int rank) { return reinterpret_cast<const T*>(a.control->peers[rank] + a.buffer); }
