// Products as loops over doubles, or over 64-bit integers where the product is of integers.
#include "cublaslt.h"

#include <cmath>
#include <cstring>

namespace {
template <class T> T read(const void* at, std::int64_t i)
{
    T value;
    std::memcpy(&value, (const char*)at + i * (std::int64_t)sizeof(T), sizeof(T));
    return value;
}

template <class T> void write(void* at, std::int64_t i, T value) { std::memcpy((char*)at + i * (std::int64_t)sizeof(T), &value, sizeof(T)); }

double load(int type, const void* at, std::int64_t i)
{
    switch (type) {
    case R_32F: return read<float>(at, i);
    case R_64F: return read<double>(at, i);
    case R_16F: return (double)read<_Float16>(at, i);
    case R_8I: return read<signed char>(at, i);
    case R_32I: return read<std::int32_t>(at, i);
    default: {
        std::uint32_t bits = (std::uint32_t)read<std::uint16_t>(at, i) << 16;
        return read<float>(&bits, 0);
    }
    }
}

// A double to bfloat16 by way of float: the accumulator of the real library is a float.
std::uint16_t toBFloat16(float value)
{
    std::uint32_t bits;
    std::memcpy(&bits, &value, 4);
    if (value != value) return 0x7fff;
    return (std::uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void store(int type, void* at, std::int64_t i, double value)
{
    switch (type) {
    case R_32F: write(at, i, (float)value); break;
    case R_64F: write(at, i, value); break;
    case R_16F: write(at, i, (_Float16)(float)value); break;
    case R_32I: write(at, i, (std::int32_t)(std::uint32_t)(std::int64_t)value); break;
    default: write(at, i, toBFloat16((float)value)); break;
    }
}

double epilogue(const Matmul& matmul, double value, std::int64_t row)
{
    if (matmul.epilogue & 4) value += load(matmul.biasType, matmul.bias, row);
    if (matmul.epilogue & 2) value = value > 0 || value != value ? value : 0;
    if (matmul.epilogue & 32) value = 0.5 * value * (1 + std::tanh(0.79788456080286535588 * (value + 0.044715 * value * value * value)));
    return value;
}

double scalar(int type, const void* at) { return load(type, at, 0); }
}

std::size_t sizeOf(int type) { return type == R_64F ? 8 : type == R_32F || type == R_32I ? 4 : type == R_8I ? 1 : 2; }

int multiply(const void* data)
{
    Product product;
    std::memcpy(&product, data, sizeof product);
    const auto& [matmul, a, b, c, d, alphaBytes, betaBytes, pa, pb, pc, pd, workspace, workspaceBytes] = product;
    double alpha = scalar(matmul.scale, alphaBytes), beta = scalar(matmul.scale, betaBytes);
    std::int64_t inner = matmul.transposeA ? a.rows : a.columns;
    if (workspaceBytes) std::memset(workspace, 0xEE, workspaceBytes); // whoever gave a workspace must not want its content
    for (std::int64_t batch = 0; batch < d.batch; batch++)
        for (std::int64_t column = 0; column < (std::int64_t)d.columns; column++)
            for (std::int64_t row = 0; row < (std::int64_t)d.rows; row++) {
                double sum = 0;
                std::int64_t ia = batch * a.stride + (matmul.transposeA ? row * a.leading : row), stepA = matmul.transposeA ? 1 : a.leading;
                std::int64_t ib = batch * b.stride + (matmul.transposeB ? column : column * b.leading), stepB = matmul.transposeB ? b.leading : 1;
                for (std::int64_t k = 0; k < inner; k++, ia += stepA, ib += stepB) sum += load(a.type, pa, ia) * load(b.type, pb, ib);
                double value = alpha * sum;
                // Beta 0 means that C is not read: it may hold NaN.
                if (beta != 0) value += beta * load(c.type, pc, batch * c.stride + column * c.leading + row);
                store(d.type, pd, batch * d.stride + column * d.leading + row, epilogue(matmul, value, row));
            }
    return 0;
}
