// Barriers and the exchanges between the lanes of a warp.
#pragma once

inline void __syncthreads() { evergraph_emulator_barrier(0); }
inline int __syncthreads_count(int predicate) { return evergraph_emulator_barrier(predicate); }
inline int __syncthreads_or(int predicate) { return evergraph_emulator_barrier(predicate) != 0; }
inline int __syncthreads_and(int predicate) { return evergraph_emulator_barrier(predicate == 0) == 0; }

inline void __syncwarp(unsigned mask = 0xffffffffu) { evergraph_emulator_ballot(mask, 0); }
inline unsigned __ballot_sync(unsigned mask, int predicate) { return evergraph_emulator_ballot(mask, predicate); }
inline int __any_sync(unsigned mask, int predicate) { return evergraph_emulator_ballot(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return evergraph_emulator_ballot(mask, predicate == 0) == 0; }
inline unsigned __activemask() { return evergraph_emulator_active(); }

inline int evergraph_lane() { return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) & 31; }

template <class T> inline T evergraph_exchange(unsigned mask, T value, int source)
{
    static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
    unsigned long bits = 0;
    __builtin_memcpy(&bits, &value, sizeof(T));
    bits = evergraph_emulator_shuffle(mask, bits, source);
    __builtin_memcpy(&value, &bits, sizeof(T));
    return value;
}

// A lane outside the segment of `width` lanes means: keep your own value.
template <class T> inline T __shfl_sync(unsigned mask, T value, int source, int width = 32)
{
    return evergraph_exchange(mask, value, (evergraph_lane() & ~(width - 1)) | (source & (width - 1)));
}
template <class T> inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32)
{
    int lane = evergraph_lane(), source = lane - (int)delta;
    return evergraph_exchange(mask, value, source < (lane & ~(width - 1)) ? -1 : source);
}
template <class T> inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32)
{
    int lane = evergraph_lane(), source = lane + (int)delta;
    return evergraph_exchange(mask, value, source > (lane | (width - 1)) ? -1 : source);
}
template <class T> inline T __shfl_xor_sync(unsigned mask, T value, int laneMask, int width = 32)
{
    int lane = evergraph_lane(), source = lane ^ laneMask;
    return evergraph_exchange(mask, value, source > (lane | (width - 1)) ? -1 : source);
}

template <class T, class F> inline T evergraph_reduce(unsigned mask, T value, F combine)
{
    T result = value;
    bool first = true;
    for (int lane = 0; lane < 32; lane++) {
        if (!(mask >> lane & 1)) continue;
        T other = evergraph_exchange(mask, value, lane);
        result = first ? other : combine(result, other);
        first = false;
    }
    return result;
}
#define EVERGRAPH_REDUCE(NAME, T, EXPRESSION) \
    inline T __reduce_##NAME##_sync(unsigned mask, T value) { return evergraph_reduce(mask, value, [](T a, T b) -> T { return EXPRESSION; }); }
EVERGRAPH_REDUCE(add, unsigned, a + b)
EVERGRAPH_REDUCE(add, int, a + b)
EVERGRAPH_REDUCE(min, unsigned, a < b ? a : b)
EVERGRAPH_REDUCE(min, int, a < b ? a : b)
EVERGRAPH_REDUCE(max, unsigned, a > b ? a : b)
EVERGRAPH_REDUCE(max, int, a > b ? a : b)
EVERGRAPH_REDUCE(and, unsigned, a & b)
EVERGRAPH_REDUCE(or, unsigned, a | b)
EVERGRAPH_REDUCE(xor, unsigned, a ^ b)

template <class T> inline unsigned __match_any_sync(unsigned mask, T value)
{
    unsigned same = 0;
    for (int lane = 0; lane < 32; lane++)
        if (mask >> lane & 1 && evergraph_exchange(mask, value, lane) == value) same |= 1u << lane;
    return same;
}

inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence_block() {}
inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __nanosleep(unsigned) {}
