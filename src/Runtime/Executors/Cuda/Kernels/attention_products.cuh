// The two products of attention on warpgroups, in flight when these return.
namespace attention {

constexpr int StageBytes = KeyBytes + ValueBytes, GroupQueries = 64 * 128;

// logits = queries · keysᵀ, in flight.
__device__ inline void begin_logits(float (&logits)[1][Keys / 8][4], SharedAddress queries, SharedAddress keys)
{
    warpgroup_fence(logits[0]);
    warpgroup_arrive();
#pragma unroll
    for (int step = 0; step < KeySteps; step++)
        warpgroup_mma(logits[0], queries + step / 4 * GroupQueries + step % 4 * 32, keys + step / 4 * Keys * 128 + step % 4 * 32, step > 0);
    warpgroup_commit();
}

// attended += weights · values, in flight.
__device__ inline void begin_values(float (&attended)[1][8 * ValuePanels][4], unsigned (&weights)[Keys / 16][4], SharedAddress values)
{
    warpgroup_fence(attended[0]);
    warpgroup_arrive();
#pragma unroll
    for (int step = 0; step < Keys / 16; step++)
        warpgroup_mma(attended[0], weights[step], values + step * 2048, Keys * 128);
    warpgroup_commit();
}

}
