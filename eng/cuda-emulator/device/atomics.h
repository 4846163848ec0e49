// Atomic operations. Real ones, because the devices of one process run on threads of their own.
#pragma once

template <class T, class F> inline T evergraph_update(T* at, F next)
{
    T seen, wanted;
    __atomic_load(at, &seen, __ATOMIC_SEQ_CST);
    do wanted = next(seen); while (!__atomic_compare_exchange(at, &seen, &wanted, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    return seen;
}

#define EVERGRAPH_ATOMIC(NAME, T, EXPRESSION) \
    inline T atomic##NAME(T* at, T value) { return evergraph_update(at, [=](T old) -> T { return EXPRESSION; }); } \
    inline T atomic##NAME##_block(T* at, T value) { return atomic##NAME(at, value); } \
    inline T atomic##NAME##_system(T* at, T value) { return atomic##NAME(at, value); }
#define EVERGRAPH_ATOMICS(T) \
    EVERGRAPH_ATOMIC(Add, T, old + value) \
    EVERGRAPH_ATOMIC(Sub, T, old - value) \
    EVERGRAPH_ATOMIC(Exch, T, value) \
    EVERGRAPH_ATOMIC(Min, T, old < value ? old : value) \
    EVERGRAPH_ATOMIC(Max, T, old > value ? old : value) \
    EVERGRAPH_ATOMIC(And, T, old & value) \
    EVERGRAPH_ATOMIC(Or, T, old | value) \
    EVERGRAPH_ATOMIC(Xor, T, old ^ value) \
    inline T atomicCAS(T* at, T compare, T value) { return evergraph_update(at, [=](T old) -> T { return old == compare ? value : old; }); }

EVERGRAPH_ATOMICS(int)
EVERGRAPH_ATOMICS(unsigned)
EVERGRAPH_ATOMICS(long long)
EVERGRAPH_ATOMICS(unsigned long long)
EVERGRAPH_ATOMIC(Add, float, old + value)
EVERGRAPH_ATOMIC(Add, double, old + value)
EVERGRAPH_ATOMIC(Exch, float, value)
inline unsigned short atomicCAS(unsigned short* at, unsigned short compare, unsigned short value)
{
    return evergraph_update(at, [=](unsigned short old) -> unsigned short { return old == compare ? value : old; });
}
inline unsigned atomicInc(unsigned* at, unsigned bound) { return evergraph_update(at, [=](unsigned old) -> unsigned { return old >= bound ? 0 : old + 1; }); }
inline unsigned atomicDec(unsigned* at, unsigned bound) { return evergraph_update(at, [=](unsigned old) -> unsigned { return old == 0 || old > bound ? bound : old - 1; }); }
