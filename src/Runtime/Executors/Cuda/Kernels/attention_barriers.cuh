// Barriers in shared memory (mbarrier) and by number, and registers that change hands between the warpgroups of a block.
namespace attention {

#ifdef EVERGRAPH_EMULATED

// The arrivals that are missing, their number, and the parity of the phase.
struct Barrier { int missing; unsigned short count, parity; };

__device__ inline void barrier_begin(SharedAddress barrier, int count) { *(Barrier*)barrier = {count, (unsigned short)count, 0}; }

__device__ inline void barrier_arrive(SharedAddress barrier)
{
    Barrier& at = *(Barrier*)barrier;
    if (--at.missing == 0)
        at.missing = at.count, at.parity ^= 1;
}

__device__ inline void barrier_wait(SharedAddress barrier, int parity)
{
    while (__shfl_sync(~0u, (int)((volatile Barrier*)barrier)->parity, 0) == parity) {}
}

// Numbered barriers only keep warpgroups in turn here: lanes of a warp run together.
__device__ inline void turn_wait(int) {}
__device__ inline void turn_give(int) {}
__device__ inline void group_wait(int) { __syncwarp(); }
template <int Count> __device__ inline void fewer_registers() {}
template <int Count> __device__ inline void more_registers() {}

#else

__device__ inline void barrier_begin(SharedAddress barrier, int count)
{
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" :: "r"(barrier), "r"(count) : "memory");
}

__device__ inline void barrier_arrive(SharedAddress barrier) { asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" :: "r"(barrier) : "memory"); }

// Waits until the phase of this parity is complete.
__device__ inline void barrier_wait(SharedAddress barrier, int parity)
{
    int done;
    do
        asm volatile("{.reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2; selp.b32 %0, 1, 0, p;}"
            : "=r"(done) : "r"(barrier), "r"(parity) : "memory");
    while (done == 0);
}

// Two warpgroups in turn: one waits for its number, which the other gives.
__device__ inline void turn_wait(int group) { asm volatile("bar.sync %0, 256;" :: "r"(group + 1) : "memory"); }
__device__ inline void turn_give(int group) { asm volatile("bar.arrive %0, 256;" :: "r"(group + 1) : "memory"); }

// All threads of a warpgroup.
__device__ inline void group_wait(int group) { asm volatile("bar.sync %0, 128;" :: "r"(group + 4) : "memory"); }
template <int Count> __device__ inline void fewer_registers() { asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" :: "n"(Count)); }
template <int Count> __device__ inline void more_registers() { asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" :: "n"(Count)); }

#endif

}
