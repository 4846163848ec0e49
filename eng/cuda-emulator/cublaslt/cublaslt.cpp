// The interface of cuBLASLt, as far as Evergraph uses it. There are two algorithms, so that a kept one may not fit another
// size: the first needs leading dimensions and pointers at multiples of 16 bytes, and a workspace; the second takes all.
#include "cublaslt.h"

#include <cstring>
#include <initializer_list>

extern "C" int evergraph_emulator_submit(void* stream, int (*run)(const void*), const void* data, std::size_t bytes);

namespace {
constexpr std::uint64_t magic = 0x45766572u;
constexpr std::size_t tileWorkspace = 1 << 16;
enum : std::uint64_t { Tile = 1, General = 2 };

int setBytes(void* to, std::size_t wanted, const void* from, std::size_t given)
{
    if (!from || given != wanted) return INVALID_VALUE;
    std::memcpy(to, from, wanted);
    return SUCCESS;
}

bool typesMatch(const Matmul& m, const Layout& a, const Layout& b, const Layout& c, const Layout& d)
{
    if (a.type != b.type || c.type != d.type) return false;
    bool floating = m.compute == COMPUTE_32F || m.compute == COMPUTE_32F_FAST_TF32;
    if (floating) return m.scale == R_32F && (a.type == R_32F || a.type == R_16F || a.type == R_16BF) && (d.type == a.type || d.type == R_32F);
    if (m.compute == COMPUTE_64F) return m.scale == R_64F && a.type == R_64F && d.type == R_64F;
    return m.compute == COMPUTE_32I && m.scale == R_32I && a.type == R_8I && d.type == R_32I;
}

// What any algorithm needs. INVALID_VALUE where the layouts contradict each other.
int check(const Matmul& m, const Layout& a, const Layout& b, const Layout& c, const Layout& d)
{
    auto inner = m.transposeA ? a.rows : a.columns;
    if ((m.transposeA ? a.columns : a.rows) != d.rows || (m.transposeB ? b.rows : b.columns) != d.columns
        || (m.transposeB ? b.columns : b.rows) != inner || c.rows != d.rows || c.columns != d.columns) return INVALID_VALUE;
    for (auto* layout : {&a, &b, &c, &d})
        if (layout->rows == 0 || layout->columns == 0 || layout->leading < (std::int64_t)layout->rows || layout->batch < 1 || layout->batch != d.batch) return INVALID_VALUE;
    if (d.batch > 1 && d.stride == 0) return INVALID_VALUE;
    if (!typesMatch(m, a, b, c, d)) return NOT_SUPPORTED;
    if ((m.epilogue & 4) && (!m.bias || (std::uintptr_t)m.bias % sizeOf(m.biasType) != 0)) return INVALID_VALUE;
    if ((m.epilogue & ~(1 | 2 | 4 | 32)) || ((m.epilogue & 4) && m.biasType != d.type)) return NOT_SUPPORTED;
    if (a.type == R_8I) {
        // Integer products: the first operand transposed, the second not, rows and inner size and leading dimensions multiples of 4.
        if (!m.transposeA || m.transposeB || m.epilogue != 1 || d.rows % 4 || inner % 4) return NOT_SUPPORTED;
        for (auto* layout : {&a, &b, &c, &d}) if (layout->leading % 4) return NOT_SUPPORTED;
    }
    return SUCCESS;
}

bool tileFits(const Layout& a, const Layout& b, const Layout& d, const void* bias)
{
    if (d.columns > 16 && d.columns % 7 == 0) return false; // stands for what the real algorithms want of sizes
    for (auto* layout : {&a, &b, &d})
        if (layout->leading * sizeOf(layout->type) % 16 || layout->stride * (std::int64_t)sizeOf(layout->type) % 16) return false;
    return (std::uintptr_t)bias % 16 == 0;
}

HeuristicResult describe(std::uint64_t kind)
{
    HeuristicResult result{};
    result.algorithm.data[0] = magic;
    result.algorithm.data[1] = kind;
    result.workspace = kind == Tile ? tileWorkspace : 0;
    result.waves = 1;
    return result;
}
}

EXPORT std::size_t cublasLtGetVersion() { return 130100; }
EXPORT const char* cublasLtGetStatusName(int status)
{
    switch (status) {
    case SUCCESS: return "CUBLAS_STATUS_SUCCESS";
    case NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
    case INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "CUBLAS_STATUS_UNKNOWN";
    }
}
EXPORT const char* cublasLtGetStatusString(int status) { return cublasLtGetStatusName(status); }

EXPORT int cublasLtCreate(void** handle) { *handle = new std::uint64_t(magic); return SUCCESS; }
EXPORT int cublasLtDestroy(void* handle) { delete (std::uint64_t*)handle; return SUCCESS; }

EXPORT int cublasLtMatmulDescCreate(Matmul** matmul, int compute, int scale)
{
    *matmul = new Matmul{};
    (*matmul)->compute = compute;
    (*matmul)->scale = scale;
    return SUCCESS;
}
EXPORT int cublasLtMatmulDescDestroy(Matmul* matmul) { delete matmul; return SUCCESS; }
EXPORT int cublasLtMatmulDescSetAttribute(Matmul* matmul, int attribute, const void* value, std::size_t bytes)
{
    switch (attribute) {
    case 3: return setBytes(&matmul->transposeA, 4, value, bytes);
    case 4: return setBytes(&matmul->transposeB, 4, value, bytes);
    case 7: return setBytes(&matmul->epilogue, 4, value, bytes);
    case 8: return setBytes(&matmul->bias, 8, value, bytes);
    case 10: return setBytes(&matmul->biasStride, 8, value, bytes);
    case 26: return setBytes(&matmul->biasType, 4, value, bytes);
    default: return INVALID_VALUE;
    }
}

EXPORT int cublasLtMatrixLayoutCreate(Layout** layout, int type, std::uint64_t rows, std::uint64_t columns, std::int64_t leading)
{
    *layout = new Layout{};
    (*layout)->type = type;
    (*layout)->rows = rows;
    (*layout)->columns = columns;
    (*layout)->leading = leading;
    return SUCCESS;
}
EXPORT int cublasLtMatrixLayoutDestroy(Layout* layout) { delete layout; return SUCCESS; }
EXPORT int cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, std::size_t bytes)
{
    switch (attribute) {
    case 2: return setBytes(&layout->rows, 8, value, bytes);
    case 3: return setBytes(&layout->columns, 8, value, bytes);
    case 4: return setBytes(&layout->leading, 8, value, bytes);
    case 5: return setBytes(&layout->batch, 4, value, bytes);
    case 6: return setBytes(&layout->stride, 8, value, bytes);
    default: return INVALID_VALUE;
    }
}

EXPORT int cublasLtMatmulPreferenceCreate(Preference** preference) { *preference = new Preference{}; return SUCCESS; }
EXPORT int cublasLtMatmulPreferenceDestroy(Preference* preference) { delete preference; return SUCCESS; }
EXPORT int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value, std::size_t bytes)
{
    if (attribute == 1) return setBytes(&preference->workspace, 8, value, bytes);
    if (attribute >= 5 && attribute <= 8) return setBytes(&preference->alignment[attribute - 5], 4, value, bytes);
    return INVALID_VALUE;
}

EXPORT int cublasLtMatmulAlgoGetHeuristic(void* handle, const Matmul* matmul, const Layout* a, const Layout* b, const Layout* c, const Layout* d,
    const Preference* preference, int requested, HeuristicResult* results, int* returned)
{
    *returned = 0;
    if (!handle || requested < 1) return INVALID_VALUE;
    if (int status = check(*matmul, *a, *b, *c, *d)) return status;
    bool aligned = tileFits(*a, *b, *d, matmul->bias) && preference->workspace >= tileWorkspace;
    for (auto alignment : preference->alignment) aligned &= alignment >= 16;
    if (aligned) results[(*returned)++] = describe(Tile);
    if (*returned < requested) results[(*returned)++] = describe(General);
    return SUCCESS;
}

EXPORT int cublasLtMatmulAlgoCheck(void* handle, const Matmul* matmul, const Layout* a, const Layout* b, const Layout* c, const Layout* d,
    const Algorithm* algorithm, HeuristicResult* result)
{
    if (!handle || algorithm->data[0] != magic) return INVALID_VALUE;
    if (int status = check(*matmul, *a, *b, *c, *d)) return status;
    if (algorithm->data[1] == Tile && !tileFits(*a, *b, *d, matmul->bias)) return NOT_SUPPORTED;
    *result = describe(algorithm->data[1]);
    return SUCCESS;
}

EXPORT int cublasLtMatmul(void* handle, const Matmul* matmul, const void* alpha, const void* pa, const Layout* a, const void* pb, const Layout* b,
    const void* beta, const void* pc, const Layout* c, void* pd, const Layout* d, const Algorithm* algorithm, void* workspace, std::size_t bytes, void* stream)
{
    HeuristicResult result{};
    if (int status = cublasLtMatmulAlgoCheck(handle, matmul, a, b, c, d, algorithm, &result)) return status;
    if (bytes < result.workspace || (result.workspace && (!workspace || (std::uintptr_t)workspace % 16))) return INVALID_VALUE;
    const std::uintptr_t addresses[] = {(std::uintptr_t)pa, (std::uintptr_t)pb, (std::uintptr_t)pc, (std::uintptr_t)pd};
    const Layout* layouts[] = {a, b, c, d};
    for (int i = 0; i < 4; i++)
        if (addresses[i] % (algorithm->data[1] == Tile ? 16 : sizeOf(layouts[i]->type))) return INVALID_VALUE;
    Product product{};
    product.matmul = *matmul;
    product.a = *a;
    product.b = *b;
    product.c = *c;
    product.d = *d;
    std::size_t scalar = sizeOf(matmul->scale);
    std::memcpy(product.alpha, alpha, scalar);
    std::memcpy(product.beta, beta, scalar);
    product.pa = pa;
    product.pb = pb;
    product.pc = pc;
    product.pd = pd;
    product.workspace = workspace;
    product.workspaceBytes = result.workspace;
    return evergraph_emulator_submit(stream, multiply, &product, sizeof product) == 0 ? SUCCESS : EXECUTION_FAILED;
}
