// What the warps of a fused kernel tell each other, so that those who multiply wait for no rank: two warps send, one listens, and the thread that loads says which tile
// it is. Warps that multiply could store at other ranks themselves; but a link takes longer for a wave of tiles than the warps for packing them, and they would stand.
//
// Parcels leave one after another, no faster than a link takes them: what waits in front of it keeps operands from coming in, and products took twice as long. A second
// sender copies while the first one waits until its parcel has arrived. Copies in bulk (TMA) were slower, however many were under way.
//
// Behind the ring of operands: the i-th parcel of a block uses place i % Places for the (i / Places)-th time, the i-th own tile barrier i % 2 for the (i / 2)-th.
//   stored[p]  an arrival of each thread that multiplies, once its part of a record is stored; who sends waits for it. (One of each warp would do, but that racecheck
//              does not know of the others.)
//   sent[p]    an arrival of each thread of the warp that sends, once it has read its part; a warp waits for it before it stores the next record at this place.
//   turn[s]    one arrival, of the other warp that sends, once it has begun a parcel: s may begin the next one. Warp 0 begins with the first of all.
//   heard[i]   one arrival, of the warp that listens, once all parcels of an own tile have arrived.
//   read[i]    an arrival of each warp that multiplies, once it has waited for heard[i]; who listens waits for it two tiles later.
//   begun      one arrival, once what flags are set to lies in `word`.
// Tiles are behind their operands' barriers: there are more places than stages that the loads can be ahead.
namespace int8_product {

#ifndef EVERGRAPH_EMULATED

constexpr int Places = 3, Senders = 2, ParcelBytes = Warps * packed_sums::RecordBytes, TilePlaces = 8, TileBytes = 32;
constexpr int Parcels = (Empty + Stages * 8 + 15) / 16 * 16, TilesAt = Parcels + Places * ParcelBytes;
constexpr int Stored = TilesAt + TilePlaces * TileBytes, Sent = Stored + Places * 8;
constexpr int Turns = Sent + Places * 8, Heard = Turns + Senders * 8, Read = Heard + 2 * 8, Begun = Read + 2 * 8, Word = Begun + 8, NextAt = Word + 8;
static_assert(Stages < TilePlaces && sizeof(FusedTile) <= TileBytes, "tiles outlive their loads");

// What a device's links take in a cycle: 360 GB/s at 1.98 GHz, as measured of an H200. Calls took as long with 160 and 190, and 1 to 6 % longer with 240.
constexpr int LinkBytes = 180;

// A parcel, by number.
struct Parcel {
    SharedAddress stored, sent;
    int records, parity;

    __device__ __forceinline__ Parcel(SharedAddress shared, int number)
        : stored(shared + Stored + number % Places * 8), sent(shared + Sent + number % Places * 8),
          records(Parcels + number % Places * ParcelBytes), parity(number / Places & 1) {}
};

// An own tile, by number.
struct Arrival {
    SharedAddress heard, read;
    int parity;

    __device__ __forceinline__ Arrival(SharedAddress shared, int number)
        : heard(shared + Heard + number % 2 * 8), read(shared + Read + number % 2 * 8), parity(number / 2 & 1) {}
};

__device__ __forceinline__ FusedTile& shared_tile(int number) { return *reinterpret_cast<FusedTile*>(int8_shared + TilesAt + number % TilePlaces * TileBytes); }
__device__ __forceinline__ volatile uint64_t& shared_word() { return *reinterpret_cast<volatile uint64_t*>(int8_shared + Word); }

// When the next parcel may leave.
__device__ __forceinline__ volatile int64_t& shared_next() { return *reinterpret_cast<volatile int64_t*>(int8_shared + NextAt); }

__device__ __forceinline__ void begin_parcels(SharedAddress shared) {
    for (int i = 0; i < Places; ++i) {
        attention::barrier_begin(Parcel(shared, i).stored, Warps * 32);
        attention::barrier_begin(Parcel(shared, i).sent, 32);
    }
    for (int i = 0; i < 2; ++i) {
        attention::barrier_begin(shared + Turns + i * 8, 1);
        attention::barrier_begin(Arrival(shared, i).heard, 1);
        attention::barrier_begin(Arrival(shared, i).read, Warps);
    }
    attention::barrier_begin(shared + Begun, 1);
    shared_next() = 0;
}

// A warp that listens for what the others send.
__device__ __forceinline__ void listen(const FusedArguments& a, SharedAddress shared) {
    const int lane = threadIdx.x & 31;
    if (lane == 0) {
        shared_word() = begin_fused(a.ranks);
        attention::barrier_arrive(shared + Begun);
    }
    __syncwarp();
    attention::barrier_wait(shared + Begun, 0);
    const uint64_t word = shared_word();
    int number = 0;
    for (int i = blockIdx.x; i < all_tiles_of(a); i += gridDim.x) {
        const FusedTile tile(a, i);
        if (tile.owner != a.ranks.rank) continue;
        const Arrival arrival(shared, number++);
        attention::barrier_wait(arrival.read, arrival.parity ^ 1);
        await_parcels(a, word, tile, lane, 32);
        __syncwarp();
        if (lane == 0) attention::barrier_arrive(arrival.heard);
    }
}

__device__ __forceinline__ int64_t cycles() { int64_t x; asm volatile("mov.u64 %0, %%clock64;" : "=l"(x) :: "memory"); return x; }

// Waits until a parcel may leave.
__device__ __forceinline__ void await_turn(SharedAddress shared, int number) {
    const int sender = number % Senders;
    attention::barrier_wait(shared + Turns + sender * 8, (number / Senders & 1) ^ (sender == 0));
    if ((threadIdx.x & 31) == 0) {
        while (cycles() < shared_next()) {}
        shared_next() = cycles() + gridDim.x * ParcelBytes / LinkBytes;
        attention::barrier_arrive(shared + Turns + (sender ^ 1) * 8);
    }
    __syncwarp();
}

// A warp that sends every other parcel.
__device__ __forceinline__ void send_parcels(const FusedArguments& a, SharedAddress shared, int sender) {
    using namespace packed_sums;
    const int lane = threadIdx.x & 31;
    attention::barrier_wait(shared + Begun, 0);
    const uint64_t word = shared_word();
    int number = 0;
    for (int n = blockIdx.x; n < all_tiles_of(a); n += gridDim.x) {
        const FusedTile tile(a, n);
        if (tile.owner == a.ranks.rank) continue;
        const uint64_t memory = memory_of(a.ranks, tile.owner);
        for (int i = 0; i < tile.parcels(a); ++i, ++number) {
            if (number % Senders != sender) continue;
            const Parcel parcel(shared, number);
            attention::barrier_wait(parcel.stored, parcel.parity);
            await_turn(shared, number);
            for (int record = 0; record < Warps && tile.row + record * RecordRows < tile.rows; ++record) {
                unsigned char* to = record_at(a, memory, a.ranks.rank, tile.row + record * RecordRows, tile.column + i * ParcelColumns);
                const unsigned char* from = int8_shared + parcel.records + record * RecordBytes;

                // Whole lines at once, as links want it.
#pragma unroll
                for (int step = 0, j = lane * 16 - int(reinterpret_cast<uint64_t>(to) & 127); step < 3; ++step, j += 32 * 16)
                    if (j >= 0 && j < RecordBytes) *reinterpret_cast<uint4*>(to + j) = *reinterpret_cast<const uint4*>(from + j);
            }
            attention::barrier_arrive(parcel.sent);
            __syncwarp();
            if (lane == 0) tell_parcel(a.ranks, word, memory, tile, i);
            __syncwarp();
        }
    }
}

#endif

}
