// The threads of a block as fibers of one system thread: a fiber runs until it must wait for others.
#include "driver.h"

#include <cstdlib>

#include <sys/mman.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace {
constexpr std::size_t stackBytes = 256 * 1024, guardBytes = 4096;
constexpr unsigned warpSize = 32;

enum State : unsigned char { Ready, AtBarrier, AtWarp, Done };
enum Kind : unsigned char { Shuffle, Ballot };

struct Fiber {
    void* stackPointer = nullptr;       // while it does not run
    void* stack = nullptr;
#if !defined(__x86_64__)
    ucontext_t context;
#endif
    State state = Done;
    Kind kind;
    unsigned mask;
    int source;                         // Shuffle: the lane whose value it wants; Ballot: its predicate
    unsigned long value, result;
    EvergraphIndex index;
};

struct Warp { unsigned alive, waiting; }; // bits of lanes

struct Pool {
    std::vector<std::unique_ptr<Fiber>> fibers;
    Warp warps[32];
    void* scheduler = nullptr;
#if !defined(__x86_64__)
    ucontext_t schedulerContext;
#endif
    const EvergraphKernel* kernel = nullptr;
    void** parameters = nullptr;
    unsigned threads = 0, running = 0, alive = 0, arrived = 0;
    int predicates = 0, counted = 0;
    ~Pool() { for (auto& fiber : fibers) munmap(fiber->stack, stackBytes); }
};

thread_local Pool* pool __attribute__((tls_model("initial-exec"))) = nullptr;
thread_local std::unique_ptr<Pool> owner;

#if defined(__x86_64__)
extern "C" void evergraph_switch(void** save, void* load);
asm(R"(
.text
.globl evergraph_switch
.hidden evergraph_switch
.type evergraph_switch, @function
evergraph_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size evergraph_switch, .-evergraph_switch
)");
void toFiber(Fiber& fiber) { evergraph_switch(&pool->scheduler, fiber.stackPointer); }
void toScheduler(Fiber& fiber) { evergraph_switch(&fiber.stackPointer, pool->scheduler); }
#else
void toFiber(Fiber& fiber) { swapcontext(&pool->schedulerContext, &fiber.context); }
void toScheduler(Fiber& fiber) { swapcontext(&fiber.context, &pool->schedulerContext); }
#endif

Fiber& self() { return *pool->fibers[pool->running]; }

void releaseBarrier()
{
    if (pool->arrived == 0 || pool->arrived < pool->alive) return;
    pool->counted = pool->predicates;
    pool->arrived = 0;
    pool->predicates = 0;
    for (unsigned i = 0; i < pool->threads; i++)
        if (pool->fibers[i]->state == AtBarrier) pool->fibers[i]->state = Ready;
}

// Lets the lanes of a mask go on once all of them that have not returned wait with that mask.
void releaseWarp(unsigned first, unsigned mask, Kind kind)
{
    auto& warp = pool->warps[first / warpSize];
    unsigned members = mask & warp.alive, yes = 0;
    if (members & ~warp.waiting) return;
    for (unsigned left = members; left; left &= left - 1) {
        unsigned i = __builtin_ctz(left);
        auto& lane = *pool->fibers[first + i];
        if (lane.mask != mask || lane.kind != kind) return;
        if (lane.source) yes |= 1u << i;
    }
    for (unsigned left = members; left; left &= left - 1) {
        auto& lane = *pool->fibers[first + __builtin_ctz(left)];
        if (kind == Ballot) lane.result = yes;
        else if (lane.source < 0) lane.result = lane.value;
        else if (members >> lane.source & 1) lane.result = pool->fibers[first + lane.source]->value;
        else lane.result = ~0ul;        // the lane takes no part: undefined in CUDA, a NaN here so that it shows
        lane.state = Ready;
    }
    warp.waiting &= ~members;
}

void releaseAfterReturn(unsigned thread)
{
    pool->alive--;
    releaseBarrier();
    unsigned first = thread / warpSize * warpSize;
    auto& warp = pool->warps[thread / warpSize];
    warp.alive &= ~(1u << thread % warpSize);
    for (unsigned i = 0; warp.waiting && i < warpSize; i++) {
        if (!(warp.waiting >> i & 1)) continue;
        auto& lane = *pool->fibers[first + i];
        releaseWarp(first, lane.mask, lane.kind);
    }
}

// A fiber lives for many blocks: after a kernel's thread returns it waits for the next one.
void fiberMain()
{
    for (;;) {
        pool->kernel->runThread(pool->parameters);
        unsigned thread = pool->running;
        auto& fiber = self();
        fiber.state = Done;
        releaseAfterReturn(thread);
        toScheduler(fiber);
    }
}

void begin(Fiber& fiber, std::size_t number)
{
    // Stacks begin at different places of their pages, or all of them would compete for the same lines of the cache.
    std::size_t usable = stackBytes - number % 61 * 320;
#if defined(__x86_64__)
    auto** top = (void**)((char*)fiber.stack + usable);
    *--top = nullptr;                   // keeps the stack pointer 8 beyond a multiple of 16 where fiberMain begins
    *--top = (void*)fiberMain;
    for (int i = 0; i < 6; i++) *--top = nullptr;
    fiber.stackPointer = top;
#else
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = usable;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, fiberMain, 0);
#endif
}

void require(unsigned threads)
{
    if (!owner) owner = std::make_unique<Pool>();
    pool = owner.get();
    while (pool->fibers.size() < threads) {
        auto fiber = std::make_unique<Fiber>();
        fiber->stack = mmap(nullptr, stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (fiber->stack == MAP_FAILED) { say("no memory for the stacks of a block's threads"); abort(); }
        mprotect(fiber->stack, guardBytes, PROT_NONE);
        begin(*fiber, pool->fibers.size());
        pool->fibers.push_back(std::move(fiber));
    }
}
}

void abandonFibers() { owner.reset(); pool = nullptr; }

// False where the threads wait for each other without end.
bool runBlockAsFibers(const EvergraphModule& module, const EvergraphKernel& kernel, void** parameters, unsigned threads)
{
    require(threads);
    pool->kernel = &kernel;
    pool->parameters = parameters;
    pool->threads = pool->alive = threads;
    pool->arrived = 0;
    pool->predicates = 0;
    const auto size = *module.blockSize;
    for (auto& warp : pool->warps) warp = {0, 0};
    for (unsigned i = 0; i < threads; i++) {
        pool->fibers[i]->state = Ready;
        pool->fibers[i]->index = {i % size.x, i / size.x % size.y, i / size.x / size.y};
        pool->warps[i / warpSize].alive |= 1u << i % warpSize;
    }
    while (pool->alive > 0) {
        bool moved = false;
        for (unsigned first = 0; first < threads; first += warpSize) {
            unsigned end = first + warpSize < threads ? first + warpSize : threads;
            // A warp that waits in a loop for what another one does must let that one run.
            bool ran = true;
            for (int turns = 0; ran && turns < 10000; turns++) {
                ran = false;
                for (unsigned i = first; i < end; i++) {
                    auto& fiber = *pool->fibers[i];
                    if (fiber.state != Ready) continue;
                    *module.thread = fiber.index;
                    pool->running = i;
                    toFiber(fiber);
                    ran = moved = true;
                }
            }
        }
        if (!moved) return false;
    }
    return true;
}

EXPORT int evergraph_emulator_barrier(int predicate)
{
    auto& fiber = self();
    pool->predicates += predicate != 0;
    pool->arrived++;
    fiber.state = AtBarrier;
    releaseBarrier();
    toScheduler(fiber);                 // even when this fiber came last, so that the warps go on in order
    return pool->counted;
}

static unsigned long wait(unsigned mask, Kind kind, unsigned long value, int source)
{
    auto& fiber = self();
    unsigned lane = pool->running % warpSize;
    fiber.value = value;
    fiber.source = source;
    if (!(mask >> lane & 1)) { say("thread %u calls a warp function whose mask 0x%x lacks its lane", pool->running, mask); mask |= 1u << lane; }
    fiber.mask = mask;
    fiber.kind = kind;
    fiber.state = AtWarp;
    pool->warps[pool->running / warpSize].waiting |= 1u << lane;
    releaseWarp(pool->running - lane, mask, kind);
    toScheduler(fiber);
    return fiber.result;
}

EXPORT unsigned long evergraph_emulator_shuffle(unsigned mask, unsigned long value, int source) { return wait(mask, Shuffle, value, source); }
EXPORT unsigned evergraph_emulator_ballot(unsigned mask, int predicate) { return (unsigned)wait(mask, Ballot, 0, predicate != 0); }
EXPORT unsigned evergraph_emulator_active() { return pool->warps[pool->running / warpSize].alive; }
