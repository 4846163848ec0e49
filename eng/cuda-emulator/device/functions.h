// Mathematical functions: the C library's, under CUDA's names. Their last bits differ from a GPU's.
#pragma once

#define EVERGRAPH_MATH1(NAME) \
    extern "C" double NAME(double) noexcept; \
    extern "C" float NAME##f(float) noexcept; \
    inline float NAME(float x) { return NAME##f(x); }
#define EVERGRAPH_MATH2(NAME) \
    extern "C" double NAME(double, double) noexcept; \
    extern "C" float NAME##f(float, float) noexcept; \
    inline float NAME(float x, float y) { return NAME##f(x, y); }

EVERGRAPH_MATH1(sqrt) EVERGRAPH_MATH1(cbrt) EVERGRAPH_MATH1(exp) EVERGRAPH_MATH1(exp2) EVERGRAPH_MATH1(exp10) EVERGRAPH_MATH1(expm1)
EVERGRAPH_MATH1(log) EVERGRAPH_MATH1(log2) EVERGRAPH_MATH1(log10) EVERGRAPH_MATH1(log1p) EVERGRAPH_MATH1(logb)
EVERGRAPH_MATH1(sin) EVERGRAPH_MATH1(cos) EVERGRAPH_MATH1(tan) EVERGRAPH_MATH1(asin) EVERGRAPH_MATH1(acos) EVERGRAPH_MATH1(atan)
EVERGRAPH_MATH1(sinh) EVERGRAPH_MATH1(cosh) EVERGRAPH_MATH1(tanh) EVERGRAPH_MATH1(asinh) EVERGRAPH_MATH1(acosh) EVERGRAPH_MATH1(atanh)
EVERGRAPH_MATH1(erf) EVERGRAPH_MATH1(erfc) EVERGRAPH_MATH1(tgamma) EVERGRAPH_MATH1(lgamma)
EVERGRAPH_MATH1(floor) EVERGRAPH_MATH1(ceil) EVERGRAPH_MATH1(trunc) EVERGRAPH_MATH1(round) EVERGRAPH_MATH1(rint) EVERGRAPH_MATH1(nearbyint)
EVERGRAPH_MATH1(fabs)
EVERGRAPH_MATH2(pow) EVERGRAPH_MATH2(fmod) EVERGRAPH_MATH2(remainder) EVERGRAPH_MATH2(atan2) EVERGRAPH_MATH2(hypot) EVERGRAPH_MATH2(copysign)
EVERGRAPH_MATH2(fmin) EVERGRAPH_MATH2(fmax) EVERGRAPH_MATH2(fdim) EVERGRAPH_MATH2(nextafter)

extern "C" {
double fma(double, double, double) noexcept;
float fmaf(float, float, float) noexcept;
double ldexp(double, int) noexcept;
float ldexpf(float, int) noexcept;
double frexp(double, int*) noexcept;
float frexpf(float, int*) noexcept;
double modf(double, double*) noexcept;
float modff(float, float*) noexcept;
int ilogb(double) noexcept;
int ilogbf(float) noexcept;
long lrint(double) noexcept;
long lrintf(float) noexcept;
long long llrint(double) noexcept;
long long llrintf(float) noexcept;
long lround(double) noexcept;
long lroundf(float) noexcept;
int abs(int) noexcept;
long labs(long) noexcept;
long long llabs(long long) noexcept;
void* memcpy(void*, const void*, size_t) noexcept;
void* memset(void*, int, size_t) noexcept;
}
inline float fma(float x, float y, float z) { return fmaf(x, y, z); }
inline float ldexp(float x, int n) { return ldexpf(x, n); }
inline float abs(float x) { return fabsf(x); }
inline double abs(double x) { return fabs(x); }
inline long abs(long x) { return labs(x); }
inline long long abs(long long x) { return llabs(x); }

inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline float rcbrtf(float x) { return 1.0f / cbrtf(x); }
inline double rcbrt(double x) { return 1.0 / cbrt(x); }
inline float normcdff(float x) { return 0.5f * erfcf(-x * 0.70710678118654752440f); }
inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
inline void sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }
inline void sincos(double x, double* s, double* c) { *s = sin(x); *c = cos(x); }
inline float sinpif(float x) { return (float)sin(3.14159265358979323846 * x); }
inline float cospif(float x) { return (float)cos(3.14159265358979323846 * x); }
inline float scalbnf(float x, int n) { return ldexpf(x, n); }
inline double scalbn(double x, int n) { return ldexp(x, n); }

inline bool isnan(float x) { return __builtin_isnan(x); }
inline bool isnan(double x) { return __builtin_isnan(x); }
inline bool isinf(float x) { return __builtin_isinf(x) != 0; }
inline bool isinf(double x) { return __builtin_isinf(x) != 0; }
inline bool isfinite(float x) { return __builtin_isfinite(x); }
inline bool isfinite(double x) { return __builtin_isfinite(x); }
inline bool signbit(float x) { return __builtin_signbit(x) != 0; }
inline bool signbit(double x) { return __builtin_signbit(x) != 0; }

#define EVERGRAPH_MINMAX(T) \
    inline T min(T a, T b) { return b < a ? b : a; } \
    inline T max(T a, T b) { return a < b ? b : a; }
EVERGRAPH_MINMAX(int) EVERGRAPH_MINMAX(unsigned) EVERGRAPH_MINMAX(long) EVERGRAPH_MINMAX(unsigned long)
EVERGRAPH_MINMAX(long long) EVERGRAPH_MINMAX(unsigned long long)
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }
inline unsigned min(int a, unsigned b) { return min((unsigned)a, b); }
inline unsigned min(unsigned a, int b) { return min(a, (unsigned)b); }
inline unsigned max(int a, unsigned b) { return max((unsigned)a, b); }
inline unsigned max(unsigned a, int b) { return max(a, (unsigned)b); }
inline long long llmin(long long a, long long b) { return min(a, b); }
inline long long llmax(long long a, long long b) { return max(a, b); }
inline unsigned umin(unsigned a, unsigned b) { return min(a, b); }
inline unsigned umax(unsigned a, unsigned b) { return max(a, b); }

// The fast variants are as exact as the others here.
inline float __expf(float x) { return expf(x); }
inline float __exp10f(float x) { return exp10f(x); }
inline float __logf(float x) { return logf(x); }
inline float __log2f(float x) { return log2f(x); }
inline float __log10f(float x) { return log10f(x); }
inline float __sinf(float x) { return sinf(x); }
inline float __cosf(float x) { return cosf(x); }
inline float __tanf(float x) { return tanf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline void __sincosf(float x, float* s, float* c) { sincosf(x, s, c); }
inline float __fdividef(float x, float y) { return x / y; }
inline float fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? x < 1 ? x : 1.0f : 0.0f; }
