// One warp or two: begins a call, sets flags at other ranks, waits for theirs. Thread p deals with rank p.
struct ExchangeArguments {
    Control* control;
    uint64_t* fault;
    uint64_t signals, waits;        // sets of ranks
    int begins, tokens, buffer, signal_slot, wait_slot, node;
};

extern "C" __global__ void __launch_bounds__(MostRanks) exchange(ExchangeArguments a) {
    int peer = threadIdx.x;
    if (a.begins && peer == 0) begin_call(a.control, a.fault, a.tokens);
    __syncthreads();

    // What earlier kernels of the stream wrote at the peer is there before the flag.
    if (a.signals >> peer & 1) {
        __threadfence_system();
        store_release(flag_of(a.control->peers[peer], a.buffer, a.control->rank, a.signal_slot), load_acquire(&a.control->word));
    }
    __syncthreads();
    if (a.waits >> peer & 1) await_flag(a.control, a.fault, a.buffer, peer, a.wait_slot, a.node);
}
