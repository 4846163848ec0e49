// What a compiled kernel module (written by the emulated NVRTC) and the emulated driver agree on.
// Included by both, so it includes nothing itself.
#pragma once

#define EVERGRAPH_EMULATOR_ABI 1
#define EVERGRAPH_EMULATOR_SHARED_BYTES 232448  // the opt-in shared memory of a block on sm_90
#define EVERGRAPH_EMULATOR_SHARED_CANARY 256    // bytes after a block's dynamic shared memory that must not change

struct EvergraphIndex { unsigned x, y, z; };

// One per module, exported as evergraph_module: where the module's threadIdx and the like live.
struct EvergraphModule {
    unsigned abi;
    EvergraphIndex* thread;
    EvergraphIndex* block;
    EvergraphIndex* blockSize;
    EvergraphIndex* gridSize;
    unsigned char* dynamicShared;
};

// One per kernel, exported as evergraph_kernel_NAME.
struct EvergraphKernel {
    void (*runThread)(void** parameters);   // the thread that *thread names
    void (*runBlock)(void** parameters);    // every thread of a block, one after the other; for kernels without barriers
    unsigned parameters;
    const unsigned long* sizes;             // bytes of each parameter
};

// What kernels call in the driver. A module that needs none of them does not depend on libcuda.so.1,
// which is how the driver knows that its kernels have neither barriers nor warp exchanges.
extern "C" {
// Waits for every thread of the block; how many of them gave a nonzero predicate.
int evergraph_emulator_barrier(int predicate);
// Waits for the lanes of mask; the value of lane source (its own where source is negative).
unsigned long evergraph_emulator_shuffle(unsigned mask, unsigned long value, int source);
// Waits for the lanes of mask; which of them gave a nonzero predicate.
unsigned evergraph_emulator_ballot(unsigned mask, int predicate);
// The lanes of this warp that have not returned.
unsigned evergraph_emulator_active();
// The time. Kernels that wait for another device ask for it, and give way.
unsigned long long evergraph_emulator_nanoseconds();
}
