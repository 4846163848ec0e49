// wgmma of compute capability 9.0a: a warpgroup multiplies [64, 16] by [16, N], both or the second in shared memory, while its
// threads go on. Registers of a product in flight must not be touched before warpgroup_wait.
namespace attention {

#ifdef EVERGRAPH_EMULATED

__device__ inline void warpgroup_arrive() {}
__device__ inline void warpgroup_commit() {}
template <int Pending> __device__ inline void warpgroup_wait() {}
template <int Count> __device__ inline void warpgroup_fence(float (&)[Count][4]) {}
__device__ inline void fence_shared() {}

__device__ inline float shared_half(SharedAddress panel, int row, int column)
{
    SharedAddress place = panel + row * 128 + column * 2;
    return half_of<ATTENTION_TYPE>(*(const unsigned short*)(place ^ ((place >> 7 & 7) << 4)), 0);
}

// d += a · bᵀ.
template <int Columns> __device__ inline void warpgroup_mma(float (&d)[Columns][4], SharedAddress a, SharedAddress b, bool add)
{
    const int row = (threadIdx.x & 127) / 32 * 16 + (threadIdx.x & 31) / 4;
    for (int i = 0; i < Columns * 4; i++)
    {
        float sum = add ? d[i / 4][i & 3] : 0.0f;
        for (int k = 0; k < 16; k++)
            sum += shared_half(a, row + (i & 2) * 4, k) * shared_half(b, i / 4 * 8 + (threadIdx.x & 3) * 2 + (i & 1), k);
        d[i / 4][i & 3] = sum;
    }
}

// d += a · b; panels of b are `panel` bytes apart.
template <int Columns> __device__ inline void warpgroup_mma(float (&d)[Columns][4], const unsigned (&a)[4], SharedAddress b, int panel)
{
    for (int k = 0; k < 16; k++)
    {
        const unsigned top = __shfl_sync(~0u, a[k / 8 * 2], (threadIdx.x & 28) + (k & 7) / 2);
        const unsigned bottom = __shfl_sync(~0u, a[k / 8 * 2 + 1], (threadIdx.x & 28) + (k & 7) / 2);
        for (int i = 0; i < Columns * 4; i++)
        {
            const int column = i / 4 * 8 + (threadIdx.x & 3) * 2 + (i & 1);
            d[i / 4][i & 3] += half_of<ATTENTION_TYPE>(i & 2 ? bottom : top, k & 1) * shared_half(b + column / 64 * panel, k, column % 64);
        }
    }
}

#else

__device__ inline void warpgroup_arrive() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ inline void warpgroup_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
template <int Pending> __device__ inline void warpgroup_wait() { asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(Pending) : "memory"); }

// What cp.async or a store wrote becomes visible to wgmma, after the next barrier.
__device__ inline void fence_shared() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// Keeps the compiler from moving work on these registers across this place.
template <int Count> __device__ inline void warpgroup_fence(float (&d)[Count][4])
{
#pragma unroll
    for (int i = 0; i < Count * 4; i++)
        asm volatile("" : "+f"(d[i / 4][i & 3]) :: "memory");
}

// A matrix with the 128-byte swizzle: groups of 8 rows lie 1024 bytes apart, panels of 64 columns `panel` bytes apart.
__device__ inline unsigned long long descriptor(SharedAddress address, int panel)
{
    return (unsigned long long)((address & 0x3ffff) >> 4) | (unsigned long long)(panel >> 4) << 16 | 64ull << 32 | 1ull << 62;
}

#define ATTENTION_REGISTERS_64 \
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"

#define ATTENTION_OUTPUTS_64 \
            "+f"(d[0][0]), "+f"(d[0][1]), "+f"(d[0][2]), "+f"(d[0][3]), "+f"(d[1][0]), "+f"(d[1][1]), "+f"(d[1][2]), "+f"(d[1][3]), \
            "+f"(d[2][0]), "+f"(d[2][1]), "+f"(d[2][2]), "+f"(d[2][3]), "+f"(d[3][0]), "+f"(d[3][1]), "+f"(d[3][2]), "+f"(d[3][3]), \
            "+f"(d[4][0]), "+f"(d[4][1]), "+f"(d[4][2]), "+f"(d[4][3]), "+f"(d[5][0]), "+f"(d[5][1]), "+f"(d[5][2]), "+f"(d[5][3]), \
            "+f"(d[6][0]), "+f"(d[6][1]), "+f"(d[6][2]), "+f"(d[6][3]), "+f"(d[7][0]), "+f"(d[7][1]), "+f"(d[7][2]), "+f"(d[7][3])

#define ATTENTION_REGISTERS_128 \
        "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
        "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
        "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"

#define ATTENTION_OUTPUTS_128 \
            "+f"(d[0][0]), "+f"(d[0][1]), "+f"(d[0][2]), "+f"(d[0][3]), "+f"(d[1][0]), "+f"(d[1][1]), "+f"(d[1][2]), "+f"(d[1][3]), \
            "+f"(d[2][0]), "+f"(d[2][1]), "+f"(d[2][2]), "+f"(d[2][3]), "+f"(d[3][0]), "+f"(d[3][1]), "+f"(d[3][2]), "+f"(d[3][3]), \
            "+f"(d[4][0]), "+f"(d[4][1]), "+f"(d[4][2]), "+f"(d[4][3]), "+f"(d[5][0]), "+f"(d[5][1]), "+f"(d[5][2]), "+f"(d[5][3]), \
            "+f"(d[6][0]), "+f"(d[6][1]), "+f"(d[6][2]), "+f"(d[6][3]), "+f"(d[7][0]), "+f"(d[7][1]), "+f"(d[7][2]), "+f"(d[7][3]), \
            "+f"(d[8][0]), "+f"(d[8][1]), "+f"(d[8][2]), "+f"(d[8][3]), "+f"(d[9][0]), "+f"(d[9][1]), "+f"(d[9][2]), "+f"(d[9][3]), \
            "+f"(d[10][0]), "+f"(d[10][1]), "+f"(d[10][2]), "+f"(d[10][3]), "+f"(d[11][0]), "+f"(d[11][1]), "+f"(d[11][2]), "+f"(d[11][3]), \
            "+f"(d[12][0]), "+f"(d[12][1]), "+f"(d[12][2]), "+f"(d[12][3]), "+f"(d[13][0]), "+f"(d[13][1]), "+f"(d[13][2]), "+f"(d[13][3]), \
            "+f"(d[14][0]), "+f"(d[14][1]), "+f"(d[14][2]), "+f"(d[14][3]), "+f"(d[15][0]), "+f"(d[15][1]), "+f"(d[15][2]), "+f"(d[15][3])

// d = a · bᵀ, plus d where `add`: a [64, 16] and b [N, 16] have their 16 columns in one panel.
#define ATTENTION_WARPGROUP_SHARED(N, R0, R1, R2, NAME) \
    asm volatile("{.reg .pred p; setp.ne.b32 p, %" #R2 ", 0; wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." NAME "." NAME " {" \
        ATTENTION_REGISTERS_##N "}, %" #R0 ", %" #R1 ", p, 1, 1, 0, 0;}" : ATTENTION_OUTPUTS_##N : "l"(left), "l"(right), "r"((int)add))

// d += a · b: a [64, 16] in registers, b [16, N] in panels of 64 columns.
#define ATTENTION_WARPGROUP_REGISTERS(N, R0, R1, R2, R3, R4, NAME) \
    asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32." NAME "." NAME " {" ATTENTION_REGISTERS_##N "}, {%" #R0 ", %" #R1 ", %" #R2 ", %" #R3 "}, %" #R4 \
        ", 1, 1, 1, 1;" : ATTENTION_OUTPUTS_##N : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(right))

#if ATTENTION_TYPE == 1
#define ATTENTION_TYPE_NAME "bf16"
#else
#define ATTENTION_TYPE_NAME "f16"
#endif

__device__ inline void warpgroup_mma(float (&d)[8][4], SharedAddress a, SharedAddress b, bool add)
{
    const unsigned long long left = descriptor(a, 0), right = descriptor(b, 0);
    ATTENTION_WARPGROUP_SHARED(64, 32, 33, 34, ATTENTION_TYPE_NAME);
}

__device__ inline void warpgroup_mma(float (&d)[16][4], SharedAddress a, SharedAddress b, bool add)
{
    const unsigned long long left = descriptor(a, 0), right = descriptor(b, 0);
    ATTENTION_WARPGROUP_SHARED(128, 64, 65, 66, ATTENTION_TYPE_NAME);
}

__device__ inline void warpgroup_mma(float (&d)[8][4], const unsigned (&a)[4], SharedAddress b, int panel)
{
    const unsigned long long right = descriptor(b, panel);
    ATTENTION_WARPGROUP_REGISTERS(64, 32, 33, 34, 35, 36, ATTENTION_TYPE_NAME);
}

__device__ inline void warpgroup_mma(float (&d)[16][4], const unsigned (&a)[4], SharedAddress b, int panel)
{
    const unsigned long long right = descriptor(b, panel);
    ATTENTION_WARPGROUP_REGISTERS(128, 64, 65, 66, 67, 68, ATTENTION_TYPE_NAME);
}

#endif

}
