// A kernel's indices, its dynamic shared memory, and what the driver calls.
#pragma once

static EvergraphIndex threadIdx, blockIdx, blockDim, gridDim;
static const int warpSize = 32;

__attribute__((aligned(1024)))
static unsigned char evergraph_dynamic_shared[EVERGRAPH_EMULATOR_SHARED_BYTES + EVERGRAPH_EMULATOR_SHARED_CANARY];

#define EVERGRAPH_EXPORT extern "C" __attribute__((externally_visible, used, visibility("default")))
extern "C" __attribute__((visibility("default"))) const EvergraphModule evergraph_module;
EVERGRAPH_EXPORT const EvergraphModule evergraph_module =
    {EVERGRAPH_EMULATOR_ABI, &threadIdx, &blockIdx, &blockDim, &gridDim, evergraph_dynamic_shared};

template <int... I> struct EvergraphIndices {};
template <auto F> struct EvergraphThunk;
template <class... A, void (*F)(A...)> struct EvergraphThunk<F> {
    static constexpr unsigned count = sizeof...(A);
    static constexpr unsigned long sizes[count + 1] = {sizeof(A)..., 0};
    template <int... I> static __forceinline__ void call(void** parameters, EvergraphIndices<I...>) { F(*(A*)parameters[I]...); }
    static void thread(void** parameters) { call(parameters, EvergraphIndices<__integer_pack(count)...>{}); }
    static void block(void** parameters)
    {
        for (unsigned z = 0; z < blockDim.z; z++)
            for (unsigned y = 0; y < blockDim.y; y++)
                for (unsigned x = 0; x < blockDim.x; x++) {
                    threadIdx = {x, y, z};
                    thread(parameters);
                }
    }
};
template <class... A, void (*F)(A...)> constexpr unsigned long EvergraphThunk<F>::sizes[];

#define EVERGRAPH_KERNEL(NAME) \
    extern "C" __attribute__((visibility("default"))) const EvergraphKernel evergraph_kernel_##NAME; \
    EVERGRAPH_EXPORT const EvergraphKernel evergraph_kernel_##NAME = \
        {EvergraphThunk<NAME>::thread, EvergraphThunk<NAME>::block, EvergraphThunk<NAME>::count, EvergraphThunk<NAME>::sizes};

extern "C" int printf(const char*, ...);
extern "C" [[noreturn]] void abort();
inline void __trap() { __builtin_trap(); }
#define assert(condition) ((condition) ? (void)0 : (printf("%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition), __builtin_trap()))
