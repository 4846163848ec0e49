// Adds up the parts of rows whose keys were split: Σ 2^(maximumₛ − maximum) · valuesₛ / Σ 2^(maximumₛ − maximum) · sumₛ.
// A warp takes a row. Options: ATTENTION_TYPE, ATTENTION_V.
extern "C" __global__ void attention_combine(const __grid_constant__ attention::Arguments a)
{
    using namespace attention;
    const int lane = threadIdx.x & 31, rows = a.queries * a.group;
    const long long place = (long long)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32, places = (long long)a.batch * a.keyHeads * rows;
    if (place >= places)
        return;
    const float* statistics = a.partial + a.splits * places * ATTENTION_V;
    float maximum = -infinity();
#pragma unroll 8
    for (int split = 0; split < a.splits; split++)
        maximum = fmaxf(maximum, statistics[2 * (split * places + place)]);
    if (maximum == -infinity())
        maximum = 0.0f;

    float values[(ATTENTION_V + 31) / 32] = {}, total = 0.0f;
#pragma unroll 4
    for (int split = 0; split < a.splits; split++)
    {
        const long long part = split * places + place;
        const float factor = power_of_two(statistics[2 * part] - maximum);
        total += statistics[2 * part + 1] * factor;
#pragma unroll
        for (int i = 0; i < (ATTENTION_V + 31) / 32; i++)
        {
            if (i * 32 + lane < ATTENTION_V)
                values[i] += a.partial[part * ATTENTION_V + i * 32 + lane] * factor;
        }
    }

    const float inverse = total == 0.0f ? 0.0f : 1.0f / total;
    const int pair = (int)(place / rows), row = (int)(place % rows), head = pair % a.keyHeads * a.group + row % a.group;
    unsigned short* result = (unsigned short*)a.result.data
        + pair / a.keyHeads * a.result.batch + row / a.group * a.result.token + head * a.result.head;
#pragma unroll
    for (int i = 0; i < (ATTENTION_V + 31) / 32; i++)
    {
        if (i * 32 + lane < ATTENTION_V)
            result[i * 32 + lane] = narrow<ATTENTION_TYPE>(values[i] * inverse);
    }
}
