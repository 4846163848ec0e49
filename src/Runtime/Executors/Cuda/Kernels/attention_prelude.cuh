// What the attention kernels need of the chip. Everything that only a GPU can do is a small function here, with a twin in
// plain C++ for the emulator (EVERGRAPH_EMULATED), built on shuffles where the instruction exchanges between lanes.
namespace attention {

// Floating types by number: what -DATTENTION_TYPE and -DATTENTION_MASK name.
enum { Bfloat16 = 1, Float16 = 2, Float32 = 3, Float64 = 4, Bool = 5 };

template <int Type> struct Storage { typedef unsigned short Element; typedef float Accumulator; };
template <> struct Storage<Float32> { typedef float Element; typedef float Accumulator; };
template <> struct Storage<Float64> { typedef double Element; typedef double Accumulator; };
template <> struct Storage<Bool> { typedef unsigned char Element; typedef float Accumulator; };

__device__ inline float bits_to_float(unsigned bits)
{
    union { unsigned bits; float number; } both;
    both.bits = bits;
    return both.number;
}

__device__ inline unsigned float_to_bits(float number)
{
    union { unsigned bits; float number; } both;
    both.number = number;
    return both.bits;
}

__device__ inline float infinity() { return bits_to_float(0x7f800000u); }

struct alignas(16) Chunk { unsigned words[4]; };

#ifdef EVERGRAPH_EMULATED

typedef unsigned long long SharedAddress;
__device__ inline SharedAddress shared_address(const void* place) { return (SharedAddress)place; }
__device__ inline float power_of_two(float x) { return __builtin_exp2f(x); }

// Rounds a nonnegative pattern of a finite number to nearest, ties to even, dropping the lowest bits.
__device__ inline unsigned round_bits(unsigned bits, int dropped)
{
    unsigned half = (1u << (dropped - 1)) - 1;
    return (bits + half + ((bits >> dropped) & 1)) >> dropped;
}

__device__ inline unsigned short to_half(float x)
{
    unsigned bits = float_to_bits(x), sign = (bits >> 16) & 0x8000u, size = bits & 0x7fffffffu;
    if (size > 0x7f800000u)
        return (unsigned short)(sign | 0x7e00u);
    if (size >= 0x477ff000u)
        return (unsigned short)(sign | 0x7c00u);
    if (size < 0x38800000u)
    {
        // Below 2⁻¹⁴ the pattern counts multiples of 2⁻²⁴; adding 1/2 leaves them, rounded to even, in the lowest bits.
        return (unsigned short)(sign | (float_to_bits(bits_to_float(size) + 0.5f) - 0x3f000000u));
    }
    return (unsigned short)(sign | round_bits(size - 0x38000000u, 13));
}

__device__ inline float from_half(unsigned short x)
{
    unsigned sign = (unsigned)(x & 0x8000) << 16, size = x & 0x7fffu;
    if (size >= 0x7c00u)
        return bits_to_float(sign | 0x7f800000u | ((size & 0x3ffu) << 13));
    if (size < 0x400u)
        return bits_to_float(sign | float_to_bits((float)size * 5.9604644775390625e-8f));
    return bits_to_float(sign | ((size << 13) + 0x38000000u));
}

__device__ inline unsigned short to_bfloat16(float x)
{
    unsigned bits = float_to_bits(x);
    return (bits & 0x7fffffffu) > 0x7f800000u ? (unsigned short)0x7fff : (unsigned short)round_bits(bits, 16);
}

template <int Type> __device__ inline unsigned pack(float low, float high)
{
    return Type == Bfloat16
        ? to_bfloat16(low) | ((unsigned)to_bfloat16(high) << 16)
        : to_half(low) | ((unsigned)to_half(high) << 16);
}

template <int Type> __device__ inline float half_of(unsigned pair, int high)
{
    unsigned short bits = (unsigned short)(high ? pair >> 16 : pair);
    return Type == Bfloat16 ? bits_to_float((unsigned)bits << 16) : from_half(bits);
}

__device__ inline void ldmatrix_x4(unsigned* to, SharedAddress row)
{
    int lane = threadIdx.x & 31;
    for (int i = 0; i < 4; i++)
        to[i] = ((const unsigned*)__shfl_sync(~0u, row, i * 8 + lane / 4))[lane & 3];
}

__device__ inline void ldmatrix_x4_transposed(unsigned* to, SharedAddress row)
{
    int lane = threadIdx.x & 31;
    for (int i = 0; i < 4; i++)
    {
        unsigned low = ((const unsigned short*)__shfl_sync(~0u, row, i * 8 + (lane & 3) * 2))[lane / 4];
        unsigned high = ((const unsigned short*)__shfl_sync(~0u, row, i * 8 + (lane & 3) * 2 + 1))[lane / 4];
        to[i] = low | (high << 16);
    }
}

template <int Type> __device__ inline void mma_16816(float* d, const unsigned* a, unsigned b0, unsigned b1)
{
    int row = (threadIdx.x & 31) / 4, column = (threadIdx.x & 3) * 2;
    for (int pair = 0; pair < 8; pair++)
    {
        const bool upper = pair >= 4;
        unsigned top = __shfl_sync(~0u, upper ? a[2] : a[0], row * 4 + (pair & 3));
        unsigned bottom = __shfl_sync(~0u, upper ? a[3] : a[1], row * 4 + (pair & 3));
        unsigned left = __shfl_sync(~0u, upper ? b1 : b0, column * 4 + (pair & 3));
        unsigned right = __shfl_sync(~0u, upper ? b1 : b0, column * 4 + 4 + (pair & 3));
        for (int high = 0; high < 2; high++)
        {
            d[0] += half_of<Type>(top, high) * half_of<Type>(left, high);
            d[1] += half_of<Type>(top, high) * half_of<Type>(right, high);
            d[2] += half_of<Type>(bottom, high) * half_of<Type>(left, high);
            d[3] += half_of<Type>(bottom, high) * half_of<Type>(right, high);
        }
    }
}

__device__ inline void cp_async16(SharedAddress to, const void* from, bool present)
{
    for (int i = 0; i < 4; i++)
        ((unsigned*)to)[i] = present ? ((const unsigned*)from)[i] : 0;
}

__device__ inline void cp_async_commit() {}
template <int Pending> __device__ inline void cp_async_wait() {}
__device__ inline void store_shared(SharedAddress to, unsigned value) { *(unsigned*)to = value; }

__device__ inline Chunk load_shared(SharedAddress from) { return *(const Chunk*)from; }

#else

typedef unsigned SharedAddress;
__device__ inline SharedAddress shared_address(const void* place) { return (SharedAddress)__cvta_generic_to_shared(place); }

// 2^x within 2 units in the last place; -∞ gives 0.
__device__ inline float power_of_two(float x)
{
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

__device__ inline float from_half(unsigned short x)
{
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x));
    return y;
}

template <int Type> __device__ inline unsigned pack(float low, float high)
{
    unsigned pair;
    if (Type == Bfloat16)
        asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    else
        asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}

// Four matrices of 8 rows of 16 bytes; lane l names row l & 7 of matrix l / 8 and receives row l / 4, word l & 3 of each.
__device__ inline void ldmatrix_x4(unsigned* to, SharedAddress row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row) : "memory");
}

__device__ inline void ldmatrix_x4_transposed(unsigned* to, SharedAddress row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row) : "memory");
}

// d[16, 8] += a[16, 16] · b[16, 8] in float32.
template <int Type> __device__ inline void mma_16816(float* d, const unsigned* a, unsigned b0, unsigned b1)
{
    if (Type == Bfloat16)
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
    else
        asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Copies 16 bytes to shared memory while the thread goes on; zeros where nothing is present.
__device__ inline void cp_async16(SharedAddress to, const void* from, bool present)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" :: "r"(to), "l"(from), "r"(present ? 16 : 0) : "memory");
}

__device__ inline void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int Pending> __device__ inline void cp_async_wait() { asm volatile("cp.async.wait_group %0;" :: "n"(Pending) : "memory"); }
__device__ inline void store_shared(SharedAddress to, unsigned value) { asm volatile("st.shared.b32 [%0], %1;" :: "r"(to), "r"(value) : "memory"); }

__device__ inline Chunk load_shared(SharedAddress from)
{
    Chunk chunk;
    asm volatile("ld.shared.v4.b32 {%0, %1, %2, %3}, [%4];"
        : "=r"(chunk.words[0]), "=r"(chunk.words[1]), "=r"(chunk.words[2]), "=r"(chunk.words[3]) : "r"(from) : "memory");
    return chunk;
}

#endif

template <int Type> __device__ inline typename Storage<Type>::Accumulator widen(typename Storage<Type>::Element x) { return x; }
template <> __device__ inline float widen<Bfloat16>(unsigned short x) { return bits_to_float((unsigned)x << 16); }
template <> __device__ inline float widen<Float16>(unsigned short x) { return from_half(x); }

template <int Type> __device__ inline typename Storage<Type>::Element narrow(typename Storage<Type>::Accumulator x) { return x; }
template <> __device__ inline unsigned short narrow<Bfloat16>(float x) { return (unsigned short)pack<Bfloat16>(x, 0.0f); }
template <> __device__ inline unsigned short narrow<Float16>(float x) { return (unsigned short)pack<Float16>(x, 0.0f); }

}
