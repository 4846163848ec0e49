// wgmma of int8 and TMA loads of compute capability 9.0a.
#ifndef EVERGRAPH_EMULATED
namespace int8_product {

using attention::SharedAddress;

// Keeps the compiler from moving work on these registers across this place.
template <int Count> __device__ __forceinline__ void warpgroup_fence(int (&d)[Count][4]) {
#pragma unroll
    for (int i = 0; i < Count * 4; ++i) asm volatile("" : "+r"(d[i / 4][i & 3]) :: "memory");
}

#define INT8_NAMES_32 \
    "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
    "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define INT8_NAMES_64 INT8_NAMES_32 ", " \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
    "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define INT8_NAMES_96 INT8_NAMES_64 ", " \
    "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, " \
    "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"
#define INT8_NAMES_128 INT8_NAMES_96 ", " \
    "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, " \
    "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"

#define INT8_OUTPUTS_4(i) "+r"(d[i][0]), "+r"(d[i][1]), "+r"(d[i][2]), "+r"(d[i][3])
#define INT8_OUTPUTS_16(i) INT8_OUTPUTS_4(i), INT8_OUTPUTS_4(i + 1), INT8_OUTPUTS_4(i + 2), INT8_OUTPUTS_4(i + 3)
#define INT8_OUTPUTS_32(i) INT8_OUTPUTS_16(i), INT8_OUTPUTS_16(i + 4)
#define INT8_OUTPUTS_64(i) INT8_OUTPUTS_32(i), INT8_OUTPUTS_32(i + 8)
#define INT8_OUTPUTS_96(i) INT8_OUTPUTS_64(i), INT8_OUTPUTS_32(i + 16)
#define INT8_OUTPUTS_128(i) INT8_OUTPUTS_64(i), INT8_OUTPUTS_64(i + 16)

// d = a · bᵀ, plus d where `add`: a [64, 32] and b [N, 32] in 32 of the 128 bytes of swizzled rows. A thread has N / 2 registers; they are
// followed by the two descriptors and `add`.
#define INT8_MMA(N, REGISTERS, LEFT, RIGHT, ADD) \
    __device__ __forceinline__ void warpgroup_mma(int (&d)[N / 8][4], SharedAddress a, SharedAddress b, bool add) { \
        asm volatile("{.reg .pred p; setp.ne.b32 p, %" #ADD ", 0; wgmma.mma_async.sync.aligned.m64n" #N "k32.s32.s8.s8 {" \
            INT8_NAMES_##REGISTERS "}, %" #LEFT ", %" #RIGHT ", p;}" \
            : INT8_OUTPUTS_##REGISTERS(0) : "l"(attention::descriptor(a, 0)), "l"(attention::descriptor(b, 0)), "r"((int)add)); \
    }

INT8_MMA(64, 32, 32, 33, 34)
INT8_MMA(128, 64, 64, 65, 66)
INT8_MMA(192, 96, 96, 97, 98)
INT8_MMA(256, 128, 128, 129, 130)

// Barriers become visible to TMA, after the next barrier of the block.
__device__ __forceinline__ void fence_barriers() {
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
    attention::fence_shared();
}

// Arrives, and has the phase wait for so many bytes of TMA.
__device__ __forceinline__ void barrier_expect(SharedAddress barrier, int bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" :: "r"(barrier), "r"(bytes) : "memory");
}

__device__ __forceinline__ void prefetch_map(const TensorMap& map) { asm volatile("prefetch.tensormap [%0];" :: "l"(&map) : "memory"); }

// A box of 128 columns of a matrix, 0 where it reaches over an edge. The barrier is told of all bytes of the box.
__device__ __forceinline__ void load_box(const TensorMap& map, SharedAddress to, SharedAddress barrier, int column, int row) {
    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];"
        :: "r"(to), "l"(&map), "r"(column), "r"(row), "r"(barrier) : "memory");
}

__device__ __forceinline__ void store_pair(SharedAddress to, int x, int y) { asm volatile("st.shared.v2.b32 [%0], {%1, %2};" :: "r"(to), "r"(x), "r"(y) : "memory"); }

__device__ __forceinline__ void load_four(uint32_t* x, SharedAddress from) {
    asm volatile("ld.shared.v4.b32 {%0, %1, %2, %3}, [%4];" : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3]) : "r"(from) : "memory");
}

// 16 bytes at once: the compiler would cut a store of a vector where registers do not lie together.
__device__ __forceinline__ void store_line(void* to, uint4 x) {
    asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};" :: "l"(to), "r"(x.x), "r"(x.y), "r"(x.z), "r"(x.w) : "memory");
}

}
#endif
