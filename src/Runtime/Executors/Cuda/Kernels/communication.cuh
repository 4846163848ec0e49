// What kernels that communicate share: the head of each rank's symmetric memory, and flags that ranks set in each other's.

constexpr int MostRanks = 64, MostSlots = 64;

// The head of symmetric memory. Flags follow at FlagsAt, buffers after them; see SymmetricLayout.
struct Control {
    uint64_t epoch;                 // how many calls have communicated since the ranks connected
    uint64_t word;                  // what flags are set to in this call: epoch · 2³² + tokens, or with Poison for tokens
    uint64_t timeout;               // nanoseconds for which a rank waits for another
    int rank, ranks;
    uint64_t peers[MostRanks];      // where each rank's symmetric memory is, as this device sees it
    uint32_t blocks;                // of a kernel that numbers its call itself, those that have read the epoch
};

// Behind the flags of slots come those of parcels, of 64 columns of a tile each, which a product sends one by one.
constexpr int MostParcels = 2048;
constexpr uint64_t FlagsAt = 4096, ParcelFlagsAt = FlagsAt + 3 * MostRanks * MostSlots * 8;
constexpr uint32_t Poison = 0xffffffff;

// What a rank reports of a failed exchange: the sign bit, 1 + reason in two bits, the other rank in 13, the node in 17, the other's tokens in 31.
constexpr int TimedOut = 0, Disagreed = 1, Failed = 2;

__device__ __forceinline__ uint64_t* flag_of(uint64_t memory, int buffer, int source, int slot) {
    return reinterpret_cast<uint64_t*>(memory + FlagsAt) + (buffer * MostRanks + source) * MostSlots + slot;
}

__device__ __forceinline__ uint64_t* parcel_flag_of(uint64_t memory, int buffer, int source, int parcel) {
    return reinterpret_cast<uint64_t*>(memory + ParcelFlagsAt) + (buffer * MostRanks + source) * MostParcels + parcel;
}

#ifndef EVERGRAPH_EMULATED
__device__ __forceinline__ uint64_t load_acquire(const uint64_t* p) { uint64_t x; asm volatile("ld.acquire.sys.global.u64 %0, [%1];" : "=l"(x) : "l"(p) : "memory"); return x; }
__device__ __forceinline__ void store_release(uint64_t* p, uint64_t x) { asm volatile("st.release.sys.global.u64 [%0], %1;" : : "l"(p), "l"(x) : "memory"); }
__device__ __forceinline__ uint64_t nanoseconds() { uint64_t x; asm volatile("mov.u64 %0, %globaltimer;" : "=l"(x)); return x; }
#else
__device__ inline uint64_t load_acquire(const uint64_t* p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
__device__ inline void store_release(uint64_t* p, uint64_t x) { __atomic_store_n(p, x, __ATOMIC_RELEASE); }
__device__ inline uint64_t nanoseconds() { return evergraph_emulator_nanoseconds(); }
#endif

__device__ __forceinline__ bool has_failed(uint64_t* fault) { return int64_t(load_acquire(fault)) < 0; }

// Later flags of this rank say that it failed, so that all learn it, and nobody waits any more.
__device__ inline void report(Control* control, uint64_t* fault, int reason, int peer, int node, uint32_t tokens) {
    if (!has_failed(fault)) {
        uint64_t code = uint64_t(1) << 63 | uint64_t(reason + 1) << 61 | uint64_t(peer) << 48 | uint64_t(node + 1) << 31 | (tokens & 0x7fffffff);
        atomicExch(reinterpret_cast<unsigned long long*>(fault), (unsigned long long)(code));
    }
    store_release(&control->word, control->word | Poison);
}

// Returns when this flag of a peer is `word`, or when waiting has no sense any more. Where a flag more is given, it is set by every peer that begins the call: one that
// disagrees may never set the first.
__device__ inline void await_word(Control* control, uint64_t* fault, uint64_t word, const uint64_t* flag, const uint64_t* begun, int peer, int node) {
    uint64_t begin = 0, seen;
    while (((seen = load_acquire(flag)) >> 32) < (word >> 32)) {
        if (has_failed(fault)) return;
        if (begin == 0) begin = nanoseconds();
        if (nanoseconds() - begin > control->timeout) return report(control, fault, TimedOut, peer, node, 0);
        if (begun && (seen = load_acquire(begun)) >> 32 == word >> 32 && uint32_t(seen) != uint32_t(word)) break;
    }
    if (uint32_t(seen) != uint32_t(word) && uint32_t(word) != Poison)
        report(control, fault, uint32_t(seen) == Poison ? Failed : Disagreed, peer, node, uint32_t(seen));
}

__device__ inline void await_flag(Control* control, uint64_t* fault, int buffer, int peer, int slot, int node) {
    await_word(control, fault, load_acquire(&control->word), flag_of(control->peers[control->rank], buffer, peer, slot), nullptr, peer, node);
}

// What flags of a call are set to.
__device__ __forceinline__ uint64_t word_of(uint64_t epoch, uint64_t* fault, int tokens) { return epoch << 32 | (has_failed(fault) ? Poison : uint32_t(tokens)); }

// Numbers the call, and says what its flags are set to. Other threads read it after a barrier.
__device__ inline void begin_call(Control* control, uint64_t* fault, int tokens) {
    uint64_t epoch = ++control->epoch;
    store_release(&control->word, word_of(epoch, fault, tokens));
}

// The same by a kernel of many resident blocks, without a launch before it: in each block one thread reads what the call's number will be, and then counts the block.
// The last one makes it the rank's.
__device__ __forceinline__ uint64_t next_epoch(const Control* control) { return *(const volatile uint64_t*)&control->epoch + 1; }

__device__ inline void count_block(Control* control, uint64_t epoch) {
    __threadfence();
    if (atomicAdd(&control->blocks, 1u) + 1 < gridDim.x) return;
    __threadfence();
    control->blocks = 0;
    control->epoch = epoch;
}
