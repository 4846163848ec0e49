// In which order a kernel that multiplies and sends takes its tiles, the same on all ranks: place `number` is for the rank that is step + 1 after this one, so the last
// step is the own rows. There are as many tiles for each rank.
//
// With W blocks, tiles go in waves of W of each rank. A wave is computed for one rank after another, and a wave later for the own rows, when what the others sent for
// them has arrived. So links are busy from the first wave on, also while own tiles are computed:
//   the others' first wave and W tiles more | W own | the others' next wave | W own | … | what is left of the others' | what is left of the own
// Where the last wave has fewer tiles, it has fewer for each.
//
// An own tile comes after the others' of its wave, and so on all ranks after all tiles that it waits for.
struct FusedOrder {
    int step, tile;

    __device__ __forceinline__ FusedOrder(int number, int tiles, int others, int width) {
        const int away = others * tiles, wave = others * width, lead = min(away, wave + width), rounds = (away - lead) / wave;
        int i = number;
        bool is_own = false;
        if (number >= lead) {
            const int round = min((number - lead) / (wave + width), rounds), in_round = number - lead - round * (wave + width);
            const int sent = min(wave, away - lead - round * wave), before = sent > 0 ? width : 0;
            is_own = in_round < before || in_round >= before + sent;
            i = is_own ? round * width + in_round - (in_round < before ? 0 : sent) : lead + round * wave + in_round - before;
        }

        const int first = i / wave * width, in_wave = i - first * others, height = min(width, tiles - first);
        step = is_own ? others : in_wave / height;
        tile = is_own ? i : first + in_wave - step * height;
    }
};
