// softmax(scale · q·kᵀ + mask) · v for every type, size and stride. A warp takes a query of one head: each lane the logit of one
// of 32 keys, then each lane some columns of the values. Values wider than Columns · 32 take further passes.
//
// Options: ATTENTION_TYPE, ATTENTION_MASK (0 or a type).
namespace attention {

typedef Storage<ATTENTION_TYPE>::Element Element;
typedef Storage<ATTENTION_TYPE>::Accumulator Number;
constexpr int Columns = 4;

template <typename Value> __device__ inline Value maximum_of_warp(Value value)
{
    for (int distance = 16; distance > 0; distance /= 2)
    {
        const Value other = __shfl_xor_sync(~0u, value, distance);
        value = other > value ? other : value;
    }

    return value;
}

__device__ inline float exponential(float x) { return expf(x); }
__device__ inline double exponential(double x) { return exp(x); }

}

extern "C" __global__ void attention_plain(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    const int lane = threadIdx.x & 31, heads = a.keyHeads * a.group;
    const long long place = (long long)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, places = (long long)a.batch * heads * a.queries;
    if (place >= places)
        return;
    const int query = a.queries - 1 - (int)(place / heads % a.queries), head = (int)(place % heads), batch = (int)(place / heads / a.queries);
    const Element* q = (const Element*)a.q.data + batch * a.q.batch + query * a.q.token + head * a.q.head;
    const Element* k = (const Element*)a.k.data + batch * a.k.batch + head / a.group * a.k.head;
    const Element* v = (const Element*)a.v.data + batch * a.v.batch + head / a.group * a.v.head;
    Element* result = (Element*)a.result.data + batch * a.result.batch + query * a.result.token + head * a.result.head;
    const long long entries = batch * a.maskBatch + head * a.maskHead + query * a.maskQuery;
    const int seen = a.causal != 0 && query < a.keys ? query + 1 : a.keys;
    const Number scale = (Number)a.scale;

    for (int firstColumn = 0; firstColumn < a.valueSize; firstColumn += Columns * 32)
    {
        Number values[Columns] = {}, maximum = -infinity(), sum = 0;
        for (int first = 0; first < seen; first += 32)
        {
            const int key = first + lane;
            Number logit = -infinity();
            if (key < seen)
            {
                const Element* row = k + key * a.k.token;
                // Four sums: shorter chains, and smaller errors.
                Number dots[4] = {};
                int e = 0;
                for (; e + 4 <= a.headSize; e += 4)
                {
#pragma unroll
                    for (int i = 0; i < 4; i++)
                        dots[i] += widen<ATTENTION_TYPE>(q[e + i]) * widen<ATTENTION_TYPE>(row[e + i]);
                }

                for (; e < a.headSize; e++)
                    dots[0] += widen<ATTENTION_TYPE>(q[e]) * widen<ATTENTION_TYPE>(row[e]);
                logit = (dots[0] + dots[1] + (dots[2] + dots[3])) * scale + mask_at<Number>(a.mask, entries + key * a.maskKey);
            }

            const Number top = maximum_of_warp(logit > maximum ? logit : maximum);
            const Number origin = top == Number(-infinity()) ? Number(0) : top, rescale = exponential(maximum - origin);
            maximum = top;
            const Number weight = exponential(logit - origin);
            sum = sum * rescale + weight;
            for (int i = 0; i < Columns; i++)
                values[i] *= rescale;
            for (int j = 0; j < min(32, seen - first); j++)
            {
                const Number factor = __shfl_sync(~0u, weight, j);
                const Element* row = v + (first + j) * a.v.token;
                for (int i = 0; i < Columns; i++)
                {
                    const int column = firstColumn + i * 32 + lane;
                    if (column < a.valueSize)
                        values[i] += factor * widen<ATTENTION_TYPE>(row[column]);
                }
            }
        }

        for (int distance = 16; distance > 0; distance /= 2)
            sum += __shfl_xor_sync(~0u, sum, distance);
        for (int i = 0; i < Columns; i++)
        {
            const int column = firstColumn + i * 32 + lane;
            if (column < a.valueSize)
                result[column] = narrow<ATTENTION_TYPE>(sum == 0 ? Number(0) : values[i] / sum);
        }
    }
}
