// D[m, n] = (Σ_k x[m, k] · w[n, k] − zero_point · Σ_k w[n, k]) · (scale · weight_scale[n]) + bias[n] + addend[m, n]: x and w int8 in rows of K,
// the sum in int32, the rest in float32, rounded once to the type of D.
//
// Sums are exact where K ≤ 65535: |Σ (x − zero_point) · w| ≤ 255 · 128 · K < 2³¹. Differences wrap, so what leaves int32 on the way comes back.
//
// Options: INT8_RESULT (the type of D, addend and bias), INT8_SCALE (of weight_scale), INT8_GROUPS (warpgroups that multiply, 64 rows each),
// INT8_COLUMNS (of a tile), INT8_STAGES (of the ring), INT8_BLOCKS (on a multiprocessor at once), INT8_PACKED_ADDEND (whether the
// addend is records of packed_sums.cuh), INT8_PACKED_RESULT (whether D is, in float32 until then; there is no bias then). A fused kernel has both.
namespace int8_product {

typedef INT8_RESULT T;

constexpr int Groups = INT8_GROUPS, Rows = 64 * Groups, Columns = INT8_COLUMNS, Stages = INT8_STAGES, Threads = 128 * (Groups + 1);

// A CUtensorMap; nothing where the emulator reads x and w as they are.
#ifdef EVERGRAPH_EMULATED
struct TensorMap { uint64_t words[16]; };
#else
struct alignas(64) TensorMap { uint64_t words[16]; };
#endif

struct Arguments {
    TensorMap x_map, weight_map;
    const int8_t* x;                // [rows, depth]
    const int8_t* weight;           // [columns, depth]
    const int32_t* weight_sums;     // Σ over k of w, [columns], or null where the zero-point is 0
    const INT8_SCALE* weight_scale; // [columns]
    const T* addend;                // laid out like the result, or records, or null
    const T* bias;                  // [columns], or null
    T* result;                      // [rows, columns] or records, perhaps another device's
    float scale, scale_rest;        // their sum is the scale of x: without conversions of doubles products take 2 % less
    int rows, columns, depth, zero_point;
    int row_tiles, column_tiles;
    int band;                       // row tiles that are taken together
};

// Where a tile begins. Tiles go down the columns of a band of row tiles, so that those under way at once share rows of x and of w in the L2 cache.
struct Place {
    int row, column;
    __device__ __forceinline__ Place(const Arguments& a, int tile) {
        const int first = tile / (a.band * a.column_tiles) * a.band, height = min(a.band, a.row_tiles - first);
        const int in_band = tile - first * a.column_tiles;
        row = (first + in_band % height) * Rows;
        column = in_band / height * Columns;
    }
};

// Elements of 16 bytes of the result: what a thread finishes and stores at once. N is a multiple of 8, so all of them are inside or none is.
constexpr int Width = 16 / int(sizeof(T));

// Width elements as they lie in memory, in as few registers; 0 unless they are read.
template <class E> struct Raw {
    typedef typename Elements<Width, E>::Piece Piece;
    static constexpr int Pieces = Elements<Width, E>::Bytes / int(sizeof(Piece));
    Piece pieces[Pieces] = {};

    __device__ __forceinline__ void read(const E* from) {
#pragma unroll
        for (int i = 0; i < Pieces; ++i) pieces[i] = reinterpret_cast<const Piece*>(from)[i];
    }

    template <class C> __device__ __forceinline__ void unpack(C (&x)[Width]) const { load_vector<Width>(x, reinterpret_cast<const E*>(pieces)); }
};

__device__ __forceinline__ Raw<T> rounded(const float (&y)[Width]) {
    Raw<T> result;
    store_vector<Width>(reinterpret_cast<T*>(result.pieces), y);
    return result;
}

// What belongs to Width columns.
struct ColumnFactors {
    Raw<INT8_SCALE> scales;
    Raw<int32_t> sums;
    Raw<T> biases;

    __device__ __forceinline__ ColumnFactors(const Arguments& a, int column) {
        scales.read(a.weight_scale + column);
        if (a.weight_sums) sums.read(a.weight_sums + column);
        if (a.bias) biases.read(a.bias + column);
    }
};

// The same as what is computed with.
struct ColumnNumbers {
    float factors[Width], biases[Width];
    uint32_t corrections[Width];

    __device__ __forceinline__ ColumnNumbers(const Arguments& a, const ColumnFactors& from) {
        float scales[Width];
        from.scales.unpack(scales);
        from.sums.unpack(corrections);
        from.biases.unpack(biases);
#pragma unroll
        for (int e = 0; e < Width; ++e) factors[e] = fmaf(scales[e], a.scale, scales[e] * a.scale_rest), corrections[e] *= uint32_t(a.zero_point);
    }

    // Whether all products are numbers.
    __device__ __forceinline__ bool are_finite() const {
        bool are = true;
#pragma unroll
        for (int e = 0; e < Width; ++e) are = are && absolute(factors[e]) < __uint_as_float(0x7f800000u);
        return are;
    }

    // The product of column e.
    __device__ __forceinline__ float product(uint32_t sum, int e) const { return float(int32_t(sum - corrections[e])) * factors[e]; }

    // Where there is neither bias nor addend, adding 0 changes at most the sign of a zero.
    __device__ __forceinline__ void add(const uint32_t (&sums)[Width], float (&y)[Width]) const {
#pragma unroll
        for (int e = 0; e < Width; ++e) y[e] += product(sums[e], e) + biases[e];
    }

    __device__ __forceinline__ Raw<T> finish(const uint32_t (&sums)[Width], float (&y)[Width]) const {
        add(sums, y);
        return rounded(y);
    }
};

}
