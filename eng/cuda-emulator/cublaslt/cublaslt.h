// The emulated cuBLASLt: descriptors, a choice between two algorithms, and products as plain loops.
#pragma once

#include <cstddef>
#include <cstdint>

#define EXPORT extern "C" __attribute__((visibility("default")))

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum Type { R_32F = 0, R_64F = 1, R_16F = 2, R_8I = 3, R_32I = 10, R_16BF = 14 };
enum Compute { COMPUTE_32F = 68, COMPUTE_64F = 70, COMPUTE_32I = 72, COMPUTE_32F_FAST_TF32 = 77 };

struct Matmul {                        // cublasLtMatmulDesc_t
    std::int32_t compute, scale, transposeA = 0, transposeB = 0, epilogue = 1, biasType = -1;
    const void* bias = nullptr;
    std::int64_t biasStride = 0;
};

struct Layout {                        // cublasLtMatrixLayout_t, column-major
    std::int32_t type;
    std::uint64_t rows, columns;
    std::int64_t leading;
    std::int32_t batch = 1;
    std::int64_t stride = 0;
};

struct Preference {                    // cublasLtMatmulPreference_t
    std::uint64_t workspace = 0;
    std::uint32_t alignment[4] = {256, 256, 256, 256};
};

struct Algorithm { std::uint64_t data[8]; };
struct HeuristicResult {
    Algorithm algorithm;
    std::size_t workspace;
    std::int32_t state;
    float waves;
    std::int32_t reserved[4];
};

// One product with all that it depends on, by value: a graph replays it.
struct Product {
    Matmul matmul;
    Layout a, b, c, d;
    unsigned char alpha[8], beta[8];
    const void *pa, *pb, *pc;
    void *pd, *workspace;
    std::size_t workspaceBytes;
};

std::size_t sizeOf(int type);
int multiply(const void* product);     // a Product
