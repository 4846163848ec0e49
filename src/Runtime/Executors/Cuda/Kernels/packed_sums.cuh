// Partial sums as they travel between ranks: records of 16 rows by 64 columns, those of 16 rows one after another. The 16 numbers of a column share a scale s; each is
// an integer q in −511 … 511 of ten bits, and stands for q · s, with an error of s / 2 at most. 512 s is the least number of four bits of mantissa above max |y|.
// Columns are features, whose sizes differ lastingly, so each has a scale of its own. Of normal numbers the error is 0.0013 σ on average, where bfloat16 has 0.0017 σ.
//
// A scale is known by its code, the exponent and the upper three bits of the mantissa of a float: so many eighths of an octave. A record keeps the largest code,
// and how far below it each column's is; at 2⁻³¹ of the largest a scale is as small as it gets. A record with an infinite number or NaN is NaN altogether.
//
// A record is written and read by a warp. Lane l has rows l / 8 + 4 i and columns l % 8 · 8 + e, as four rows of eight numbers; and in memory lie
//   at 0      the lower eight bits of q + 512: 16 bytes of each lane for rows i = 0 and 1, then 16 for rows 2 and 3
//   at 1024   the upper two bits: for rows 0 and 1 four bytes of each lane, e % 4 says which, at bit 4 (i % 2) + 2 (e / 4), then four for rows 2 and 3
//   at 1280   a byte for each column: how far its code is below the largest
//   at 1344   the largest code, in 16 bits; 14 bytes are not used
namespace packed_sums {

constexpr int RecordRows = 16, RecordColumns = 64, UpperAt = 1024, ScalesAt = 1280, LargestAt = 1344, RecordBytes = 1360;

// The least code is that of 2⁻¹²⁰, whose inverse is finite; the one of NaN; nine octaves.
constexpr uint32_t LeastCode = 7 << 3, NanCode = 0x7fc, Octaves = 9 << 3;

__device__ __forceinline__ float scale_of(uint32_t code) { return __uint_as_float(code << 20); }

// The code for numbers of this magnitude at most. What is less than 2⁻¹⁰ below a number of four bits takes the next one: it would be rounded to 512.
__device__ __forceinline__ uint32_t code_of(float largest) { return max((__float_as_uint(largest) + 0x104fffu) >> 20, LeastCode + Octaves) - Octaves; }

#ifndef EVERGRAPH_EMULATED
__device__ __forceinline__ float inverse_of(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
#else
__device__ inline float inverse_of(float x) { return 1.0f / x; }
#endif

// A lane's place in its record.
__device__ __forceinline__ int row_of(int lane, int i) { return lane / 8 + 4 * i; }
__device__ __forceinline__ int column_of(int lane) { return lane % 8 * 8; }

// A byte of each of four integers.
template <int Byte> __device__ __forceinline__ uint32_t bytes_of(const uint32_t (&x)[4]) {
    constexpr int Two = Byte == 0 ? 0x0040 : 0x0051;
    return __byte_perm(__byte_perm(x[0], x[1], Two), __byte_perm(x[2], x[3], Two), 0x5410);
}

// All lanes of a warp write a record, each its rows and columns. Maxima do not see NaN: whoever calls says whether a lane's columns have numbers only, those of its
// other rows too.
__device__ __forceinline__ void store(unsigned char* record, const float (&y)[4][8], bool is_number) {
    const int lane = threadIdx.x & 31;
    float columns[8], all = is_number ? 0 : __uint_as_float(0x7f800000u);
#pragma unroll
    for (int e = 0; e < 8; ++e) {
        columns[e] = fmaxf(fmaxf(fabsf(y[0][e]), fabsf(y[1][e])), fmaxf(fabsf(y[2][e]), fabsf(y[3][e])));
        columns[e] = fmaxf(columns[e], __shfl_xor_sync(~0u, columns[e], 8));
        columns[e] = fmaxf(columns[e], __shfl_xor_sync(~0u, columns[e], 16));
        all = fmaxf(all, columns[e]);
    }
#pragma unroll
    for (int mask = 1; mask < 8; mask *= 2) all = fmaxf(all, __shfl_xor_sync(~0u, all, mask));
    const bool is_finite = all < __uint_as_float(0x7f800000u);
    const uint32_t largest = is_finite ? code_of(all) : NanCode;

    uint32_t below[2] = {};
    float inverses[8];
#pragma unroll
    for (int e = 0; e < 8; ++e) {
        const uint32_t less = is_finite ? min(largest - code_of(columns[e]), 255u) : 0;
        inverses[e] = inverse_of(scale_of(largest - less));
        below[e / 4] |= less << e % 4 * 8;
    }

    uint32_t lower[4][2], upper[2] = {};
#pragma unroll
    for (int i = 0; i < 4; ++i)
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            // 1.5 · 2²³ + 512: the sum's last bits are q + 512, rounded to even; from bit 10 to 21 there are zeros.
            uint32_t q[4];
#pragma unroll
            for (int e = 0; e < 4; ++e) q[e] = __float_as_uint(fmaf(y[i][half * 4 + e], inverses[half * 4 + e], 12583424.0f));
            lower[i][half] = bytes_of<0>(q);
            upper[i / 2] |= bytes_of<1>(q) << (i % 2 * 4 + half * 2);
        }

    *reinterpret_cast<uint4*>(record + lane * 16) = uint4{lower[0][0], lower[0][1], lower[1][0], lower[1][1]};
    *reinterpret_cast<uint4*>(record + 512 + lane * 16) = uint4{lower[2][0], lower[2][1], lower[3][0], lower[3][1]};
    *reinterpret_cast<uint2*>(record + UpperAt + lane * 8) = uint2{upper[0], upper[1]};

    // The four lanes of the same columns know the same scales; each writes those of two.
    const int own = lane / 8;
    *reinterpret_cast<uint16_t*>(record + ScalesAt + column_of(lane) + own * 2) = uint16_t((own < 2 ? below[0] : below[1]) >> own % 2 * 16);
    if (lane == 0) *reinterpret_cast<uint16_t*>(record + LargestAt) = uint16_t(largest);
}

// A lane's part of a record as it lies in memory.
struct Packed {
    uint4 first, second;
    uint2 upper, below;
    uint32_t largest;

    __device__ __forceinline__ explicit Packed(const unsigned char* record) {
        const int lane = threadIdx.x & 31;
        first = *reinterpret_cast<const uint4*>(record + lane * 16);
        second = *reinterpret_cast<const uint4*>(record + 512 + lane * 16);
        upper = *reinterpret_cast<const uint2*>(record + UpperAt + lane * 8);
        below = *reinterpret_cast<const uint2*>(record + ScalesAt + column_of(lane));
        largest = *reinterpret_cast<const uint16_t*>(record + LargestAt);
    }

    // Nothing, until it is read.
    __device__ __forceinline__ Packed() : first{}, second{}, upper{}, below{}, largest(0) {}

    __device__ __forceinline__ bool is_number() const { return largest < NanCode; }

    // Adds row i's numbers to what is there.
    __device__ __forceinline__ void add_row(int i, float (&sum)[8]) const {
        const uint4 rows = i < 2 ? first : second;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            const uint32_t lower = half == 0 ? (i % 2 == 0 ? rows.x : rows.z) : (i % 2 == 0 ? rows.y : rows.w);
            const uint32_t two = (i < 2 ? upper.x : upper.y) >> (i % 2 * 4 + half * 2) & 0x03030303u, less = half == 0 ? below.x : below.y;
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                // 2²³ + (q + 512) as a float, less 2²³ + 512: exact. Its upper bytes are 0x4b00.
                const uint32_t both = __byte_perm(lower, two, e < 2 ? 0x5140 : 0x7362);
                const float q = __uint_as_float(__byte_perm(both, 0x4b00u, e % 2 == 0 ? 0x5410 : 0x5432)) - 8389120.0f;
                sum[half * 4 + e] = fmaf(q, scale_of(largest - (less >> e * 8 & 0xff)), sum[half * 4 + e]);
            }
        }
    }
};

}
