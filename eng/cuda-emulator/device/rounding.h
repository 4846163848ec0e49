// Arithmetic and conversions with a stated rounding. Conversions to integers saturate and take NaN to 0, as the GPU's
// do. A plain C cast of a float outside the integer's range is undefined in C++ and differs from a GPU here.
#pragma once

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float __frsqrt_rn(float a) { return (float)(1.0 / sqrt((double)a)); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dsub_rn(double a, double b) { return a - b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline double __dsqrt_rn(double a) { return sqrt(a); }
inline double __drcp_rn(double a) { return 1.0 / a; }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }

template <class To> inline To evergraph_saturate(double x, double lowest, double beyond, To smallest, To largest)
{
    return x != x ? (To)0 : x <= lowest ? smallest : x >= beyond ? largest : (To)x;
}
#define EVERGRAPH_CONVERSIONS(FROM, PREFIX, MODE, ROUND) \
    inline int __##PREFIX##2int_##MODE(FROM x) { return evergraph_saturate<int>(ROUND((double)x), -2147483648.0, 2147483648.0, -2147483647 - 1, 2147483647); } \
    inline unsigned __##PREFIX##2uint_##MODE(FROM x) { return evergraph_saturate<unsigned>(ROUND((double)x), 0, 4294967296.0, 0, 4294967295u); } \
    inline long long __##PREFIX##2ll_##MODE(FROM x) \
    { return evergraph_saturate<long long>(ROUND((double)x), -9223372036854775808.0, 9223372036854775808.0, -9223372036854775807ll - 1, 9223372036854775807ll); } \
    inline unsigned long long __##PREFIX##2ull_##MODE(FROM x) \
    { return evergraph_saturate<unsigned long long>(ROUND((double)x), 0, 18446744073709551616.0, 0, 18446744073709551615ull); }
EVERGRAPH_CONVERSIONS(float, float, rn, rint)
EVERGRAPH_CONVERSIONS(float, float, rz, trunc)
EVERGRAPH_CONVERSIONS(float, float, rd, floor)
EVERGRAPH_CONVERSIONS(float, float, ru, ceil)
EVERGRAPH_CONVERSIONS(double, double, rn, rint)
EVERGRAPH_CONVERSIONS(double, double, rz, trunc)
EVERGRAPH_CONVERSIONS(double, double, rd, floor)
EVERGRAPH_CONVERSIONS(double, double, ru, ceil)

inline float __int2float_rn(int x) { return (float)x; }
inline float __uint2float_rn(unsigned x) { return (float)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline float __ull2float_rn(unsigned long long x) { return (float)x; }
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned x) { return x; }
inline double __ll2double_rn(long long x) { return (double)x; }
inline double __ull2double_rn(unsigned long long x) { return (double)x; }
inline float __double2float_rn(double x) { return (float)x; }
