// What every kernel of Evergraph begins with. No header is included: NVRTC compiles this in milliseconds.

typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

// 16-bit floating-point numbers as they lie in memory; arithmetic is done in float.
struct bfloat16 { uint16_t bits; };
struct float16 { uint16_t bits; };

__device__ __forceinline__ float to_float(bfloat16 x) { return __uint_as_float(uint32_t(x.bits) << 16); }

#ifndef EVERGRAPH_EMULATED
__device__ __forceinline__ float to_float(float16 x) { float y; asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits)); return y; }
__device__ __forceinline__ float16 float16_of(float x) { float16 y; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x)); return y; }
__device__ __forceinline__ bfloat16 bfloat16_of(float x) { bfloat16 y; asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(y.bits) : "f"(x)); return y; }
#else
__device__ inline float to_float(float16 x) { _Float16 y; __builtin_memcpy(&y, &x, 2); return float(y); }
__device__ inline float16 float16_of(float x) { _Float16 y = _Float16(x); float16 z; __builtin_memcpy(&z, &y, 2); return z; }
__device__ inline bfloat16 bfloat16_of(float x) {
    uint32_t bits = __float_as_uint(x);
    if (x != x) return bfloat16{0x7fff};
    return bfloat16{uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
}
#endif

// What an element in memory is computed in.
template <class T> struct Computed { typedef T Type; };
template <> struct Computed<bfloat16> { typedef float Type; };
template <> struct Computed<float16> { typedef float Type; };

template <class T> __device__ __forceinline__ T load(const T* p) { return *p; }
__device__ __forceinline__ float load(const bfloat16* p) { return to_float(*p); }
__device__ __forceinline__ float load(const float16* p) { return to_float(*p); }

template <class T> __device__ __forceinline__ T stored(T x, T*) { return x; }
__device__ __forceinline__ bfloat16 stored(float x, bfloat16*) { return bfloat16_of(x); }
__device__ __forceinline__ float16 stored(float x, float16*) { return float16_of(x); }
template <class T> __device__ __forceinline__ void store(T* p, typename Computed<T>::Type x) { *p = stored(x, p); }

// N consecutive elements at an address that N elements divide, in accesses of at most 16 bytes.
template <int Bytes> struct Chunk;
template <> struct Chunk<16> { typedef uint4 Type; };
template <> struct Chunk<8> { typedef uint2 Type; };
template <> struct Chunk<4> { typedef uint32_t Type; };
template <> struct Chunk<2> { typedef uint16_t Type; };
template <> struct Chunk<1> { typedef uint8_t Type; };

template <int N, class T> struct alignas(N * sizeof(T) < 16 ? N * sizeof(T) : 16) Elements {
    static constexpr int Bytes = N * sizeof(T), Step = Bytes < 16 ? Bytes : 16;
    typedef typename Chunk<Step>::Type Piece;
    T items[N];
    __device__ __forceinline__ void read(const T* p) {
#pragma unroll
        for (int i = 0; i < Bytes / Step; ++i) reinterpret_cast<Piece*>(items)[i] = reinterpret_cast<const Piece*>(p)[i];
    }
    __device__ __forceinline__ void write(T* p) const {
#pragma unroll
        for (int i = 0; i < Bytes / Step; ++i) reinterpret_cast<Piece*>(p)[i] = reinterpret_cast<const Piece*>(items)[i];
    }
};

template <int N, class C, class T> __device__ __forceinline__ void load_vector(C (&x)[N], const T* p) {
    Elements<N, T> elements;
    elements.read(p);
#pragma unroll
    for (int i = 0; i < N; ++i) x[i] = load(elements.items + i);
}

template <int N, class C, class T> __device__ __forceinline__ void store_vector(T* p, const C (&x)[N]) {
    Elements<N, T> elements;
#pragma unroll
    for (int i = 0; i < N; ++i) elements.items[i] = stored(x[i], p);
    elements.write(p);
}

__device__ __forceinline__ int floor_divide(int a, int b) { int q = a / b; return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q; }

// Quotients of integers; the smallest one divided by -1 is itself.
template <class T> __device__ __forceinline__ T truncated_quotient(T a, T b) { return T(-1) < T(0) && b == T(-1) ? T(0) - a : a / b; }
template <class T> __device__ __forceinline__ T floor_quotient(T a, T b) {
    T q = truncated_quotient(a, b);
    return (a < 0) != (b < 0) && T(q * b) != a ? q - 1 : q;
}

// x to the power of n by squares and products, whose low bits are right whatever overflows. A negative n leaves 1 and -1.
template <class T> __device__ __forceinline__ T integer_power(T x, T n) {
    if (n < 0) return x == 1 ? T(1) : x != T(-1) ? T(0) : n % 2 == 0 ? T(1) : x;
    uint64_t result = 1, square = uint64_t(int64_t(x));
    for (uint64_t rest = uint64_t(n); rest != 0; rest >>= 1) {
        if (rest & 1) result *= square;
        square *= square;
    }
    return T(result);
}

// A place that comes from a tensor. One outside is reported once for the run, as the node's number + 1, and replaced so that nothing else is read.
__device__ __forceinline__ int check_place(int64_t place, int size, unsigned long long* fault, int node) {
    if (place >= 0 && place < size) return int(place);
    atomicCAS(fault, 0ull, (unsigned long long)(node) + 1);
    return 0;
}

template <class T> struct Limits;
template <> struct Limits<float> { __device__ static float lowest() { return __int_as_float(0xff800000); } __device__ static float highest() { return __int_as_float(0x7f800000); } };
template <> struct Limits<double> { __device__ static double lowest() { return __longlong_as_double(0xfff0000000000000LL); } __device__ static double highest() { return __longlong_as_double(0x7ff0000000000000LL); } };
template <> struct Limits<int8_t> { __device__ static int8_t lowest() { return -128; } __device__ static int8_t highest() { return 127; } };
template <> struct Limits<uint8_t> { __device__ static uint8_t lowest() { return 0; } __device__ static uint8_t highest() { return 255; } };
template <> struct Limits<int32_t> { __device__ static int32_t lowest() { return -2147483647 - 1; } __device__ static int32_t highest() { return 2147483647; } };
template <> struct Limits<int64_t> { __device__ static int64_t lowest() { return -9223372036854775807LL - 1; } __device__ static int64_t highest() { return 9223372036854775807LL; } };
template <> struct Limits<bool> { __device__ static bool lowest() { return false; } __device__ static bool highest() { return true; } };

// NaN wins, as in PyTorch; for integers the first comparison is always false.
template <class T> __device__ __forceinline__ T maximum(T a, T b) { return a != a || a > b ? a : b; }
template <class T> __device__ __forceinline__ T minimum(T a, T b) { return a != a || a < b ? a : b; }

// Floating-point numbers are truncated, and what does not fit becomes the smallest integer of 64 or 32 bits, as on x86; NaN too. Of the
// 64-bit integer the smaller types keep the low byte.
template <class T> struct Truncation {
    template <class F> __device__ static __forceinline__ T of(F x) {
        return T(x >= F(-9223372036854775808.0) && x < F(9223372036854775808.0) ? int64_t(x) : Limits<int64_t>::lowest());
    }
};
template <> struct Truncation<int32_t> {
    template <class F> __device__ static __forceinline__ int32_t of(F x) {
        return x >= F(-2147483648.0) && x < F(2147483648.0) ? int32_t(x) : Limits<int32_t>::lowest();
    }
};
template <class T, class F> __device__ __forceinline__ T truncate(F x) { return Truncation<T>::of(x); }

template <class T> struct Sum {
    typedef T Value;
    __device__ static __forceinline__ T identity() { return T(0); }
    __device__ static __forceinline__ T combine(T a, T b) { return a + b; }
};
template <class T> struct Product {
    typedef T Value;
    __device__ static __forceinline__ T identity() { return T(1); }
    __device__ static __forceinline__ T combine(T a, T b) { return a * b; }
};
template <class T> struct Maximum {
    typedef T Value;
    __device__ static __forceinline__ T identity() { return Limits<T>::lowest(); }
    __device__ static __forceinline__ T combine(T a, T b) { return maximum(a, b); }
    __device__ static __forceinline__ bool before(T a, T b) { return (a != a && b == b) || a > b; }
};
template <class T> struct Minimum {
    typedef T Value;
    __device__ static __forceinline__ T identity() { return Limits<T>::highest(); }
    __device__ static __forceinline__ T combine(T a, T b) { return minimum(a, b); }
    __device__ static __forceinline__ bool before(T a, T b) { return (a != a && b == b) || a < b; }
};

// The place of an extreme: of equal ones the first, so that the order in which threads combine does not matter.
template <class E> struct PlaceOf {
    struct Value { typename E::Value number; int64_t place; };
    __device__ static __forceinline__ Value identity() { return Value{E::identity(), -1}; }
    __device__ static __forceinline__ Value at(typename E::Value number, int64_t place) { return Value{number, place}; }
    __device__ static __forceinline__ Value combine(Value a, Value b) {
        if (a.place < 0) return b;
        if (b.place < 0) return a;
        if (E::before(a.number, b.number)) return a;
        if (E::before(b.number, a.number)) return b;
        return a.place < b.place ? a : b;
    }
};

template <class T> __device__ __forceinline__ T shuffle_xor(T x, int mask) {
    union { T value; uint32_t words[(sizeof(T) + 3) / 4]; } a, b;
    a.value = x;
#pragma unroll
    for (int i = 0; i < int((sizeof(T) + 3) / 4); ++i) b.words[i] = __shfl_xor_sync(0xffffffffu, a.words[i], mask);
    return b.value;
}

// Combines the accumulators of T threads, a power of two; each of them gets the result. More than a warp: all threads of the block take part.
template <class Op, int T> __device__ __forceinline__ typename Op::Value combine_threads(typename Op::Value x) {
    typedef typename Op::Value V;
#pragma unroll
    for (int mask = (T < 32 ? T : 32) / 2; mask > 0; mask /= 2) x = Op::combine(x, shuffle_xor(x, mask));
    if (T > 32) {
        __shared__ V parts[T > 32 ? T / 32 : 1];
        __syncthreads();
        if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = x;
        __syncthreads();
        x = parts[0];
#pragma unroll
        for (int i = 1; i < T / 32; ++i) x = Op::combine(x, parts[i]);
    }
    return x;
}

// Functions by the type that is computed in.
__device__ __forceinline__ float exp_of(float x) { return expf(x); }
__device__ __forceinline__ double exp_of(double x) { return exp(x); }
__device__ __forceinline__ float log_of(float x) { return logf(x); }
__device__ __forceinline__ double log_of(double x) { return log(x); }
__device__ __forceinline__ float sqrt_of(float x) { return sqrtf(x); }
__device__ __forceinline__ double sqrt_of(double x) { return sqrt(x); }
__device__ __forceinline__ float sin_of(float x) { return sinf(x); }
__device__ __forceinline__ double sin_of(double x) { return sin(x); }
__device__ __forceinline__ float cos_of(float x) { return cosf(x); }
__device__ __forceinline__ double cos_of(double x) { return cos(x); }
__device__ __forceinline__ float tanh_of(float x) { return tanhf(x); }
__device__ __forceinline__ double tanh_of(double x) { return tanh(x); }
__device__ __forceinline__ float erf_of(float x) { return erff(x); }
__device__ __forceinline__ double erf_of(double x) { return erf(x); }
__device__ __forceinline__ float erfc_of(float x) { return erfcf(x); }
__device__ __forceinline__ double erfc_of(double x) { return erfc(x); }
__device__ __forceinline__ float floor_of(float x) { return floorf(x); }
__device__ __forceinline__ double floor_of(double x) { return floor(x); }
__device__ __forceinline__ float ceil_of(float x) { return ceilf(x); }
__device__ __forceinline__ double ceil_of(double x) { return ceil(x); }
__device__ __forceinline__ float round_of(float x) { return rintf(x); }
__device__ __forceinline__ double round_of(double x) { return rint(x); }
__device__ __forceinline__ float trunc_of(float x) { return truncf(x); }
__device__ __forceinline__ double trunc_of(double x) { return trunc(x); }
__device__ __forceinline__ float pow_of(float x, float y) { return powf(x, y); }
__device__ __forceinline__ double pow_of(double x, double y) { return pow(x, y); }
__device__ __forceinline__ float remainder_of(float x, float y) { return fmodf(x, y); }
__device__ __forceinline__ double remainder_of(double x, double y) { return fmod(x, y); }
__device__ __forceinline__ float copysign_of(float x, float y) { return copysignf(x, y); }
__device__ __forceinline__ double copysign_of(double x, double y) { return copysign(x, y); }

// The smallest integer is its own absolute value.
template <class T> __device__ __forceinline__ T absolute(T x) { return x < 0 ? T(0) - x : x; }
__device__ __forceinline__ float absolute(float x) { return fabsf(x); }
__device__ __forceinline__ double absolute(double x) { return fabs(x); }

// a / b rounded down as Python does it: exact remainder first, so that 1 // 0.1 is 9 although 1 / 0.1 rounds to 10.
template <class T> __device__ __forceinline__ T floored_division_of(T a, T b) {
    if (b == 0) return a / b;
    T remainder = remainder_of(a, b), quotient = (a - remainder) / b;
    if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
    if (quotient == 0) return copysign_of(T(0), a / b);
    T whole = floor_of(quotient);
    return quotient - whole > T(0.5) ? whole + 1 : whole;
}
__device__ __forceinline__ float floored_division(float a, float b) { return floored_division_of<float>(a, b); }
__device__ __forceinline__ double floored_division(double a, double b) { return floored_division_of<double>(a, b); }
