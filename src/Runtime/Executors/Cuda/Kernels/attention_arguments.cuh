// The one parameter of every attention kernel; AttentionArguments in C# has the same layout.
namespace attention {

// Strides in elements; the features of a head lie side by side.
struct Operand { const void* data; long long batch, token, head; };

struct Arguments
{
    Operand q, k, v, result;
    const void* mask;
    long long maskBatch, maskHead, maskQuery, maskKey;
    // Where the keys are split, parts that attention_combine adds up: [splits, batch · keyHeads, rows, valueSize] unnormalised
    // values, then [splits, batch · keyHeads, rows, 2] maximum (in powers of two) and sum. In float32.
    float* partial;
    double scale;
    int batch, keyHeads, group, queries, keys, headSize, valueSize;
    int rowTiles, splits, tilesPerSplit;
    int causal;
    // The block from which on rows come in ascending order, or 0.
    unsigned fold;
};

#ifndef ATTENTION_MASK
#define ATTENTION_MASK 0
#endif

// What the mask adds to a logit: -∞ where a bool mask hides the key.
template <typename Number> __device__ inline Number mask_at(const void* mask, long long at)
{
#if ATTENTION_MASK == 5
    return ((const unsigned char*)mask)[at] != 0 ? Number(0) : Number(-infinity());
#elif ATTENTION_MASK != 0
    return Number(widen<ATTENTION_MASK>(((const Storage<ATTENTION_MASK>::Element*)mask)[at]));
#else
    return Number(0);
#endif
}

}
