// CUDA's qualifiers and vector types.
#pragma once

#define EVERGRAPH_EMULATED 1
#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static               // one block of a module runs at a time
#define __managed__ static
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __inline_hint__ inline
#define __launch_bounds__(...)
#define __maxnreg__(...)
#define __cluster_dims__(...)
#define __align__(n) __attribute__((aligned(n)))
#define alignas(n) __attribute__((aligned(n))) // so that it may stand after __shared__

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;

#define EVERGRAPH_VECTORS(T, NAME, A2, A4) \
    struct NAME##1 { T x; }; \
    struct __attribute__((aligned(A2))) NAME##2 { T x, y; }; \
    struct NAME##3 { T x, y, z; }; \
    struct __attribute__((aligned(A4))) NAME##4 { T x, y, z, w; }; \
    inline NAME##1 make_##NAME##1(T x) { return {x}; } \
    inline NAME##2 make_##NAME##2(T x, T y) { return {x, y}; } \
    inline NAME##3 make_##NAME##3(T x, T y, T z) { return {x, y, z}; } \
    inline NAME##4 make_##NAME##4(T x, T y, T z, T w) { return {x, y, z, w}; }

EVERGRAPH_VECTORS(signed char, char, 2, 4)
EVERGRAPH_VECTORS(unsigned char, uchar, 2, 4)
EVERGRAPH_VECTORS(short, short, 4, 8)
EVERGRAPH_VECTORS(unsigned short, ushort, 4, 8)
EVERGRAPH_VECTORS(int, int, 8, 16)
EVERGRAPH_VECTORS(unsigned int, uint, 8, 16)
EVERGRAPH_VECTORS(long, long, 16, 16)
EVERGRAPH_VECTORS(unsigned long, ulong, 16, 16)
EVERGRAPH_VECTORS(long long, longlong, 16, 16)
EVERGRAPH_VECTORS(unsigned long long, ulonglong, 16, 16)
EVERGRAPH_VECTORS(float, float, 8, 16)
EVERGRAPH_VECTORS(double, double, 16, 16)

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
