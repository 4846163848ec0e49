// Stops a kernel that touches memory it may not. The handler of the process (.NET's, for one) gets every fault that did
// not come from a kernel.
#include "driver.h"

#include <csetjmp>
#include <csignal>

namespace {
struct Guard { sigjmp_buf back; Fault* fault; };
thread_local Guard* innermost = nullptr;
struct sigaction previousSegv, previousBus, previousFpe;

void onFault(int signal, siginfo_t* info, void* context)
{
    if (auto* guard = innermost) {
        innermost = nullptr;
        guard->fault->signal = signal;
        guard->fault->address = (std::uintptr_t)info->si_addr;
        siglongjmp(guard->back, 1);
    }
    const auto& previous = signal == SIGSEGV ? previousSegv : signal == SIGBUS ? previousBus : previousFpe;
    if (previous.sa_flags & SA_SIGINFO) previous.sa_sigaction(signal, info, context);
    else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) previous.sa_handler(signal);
    else {
        sigaction(signal, &previous, nullptr); // the faulting instruction runs again, with the default action
    }
}

void install()
{
    struct sigaction action{};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previousSegv);
    sigaction(SIGBUS, &action, &previousBus);
    sigaction(SIGFPE, &action, &previousFpe);
}
}

bool guarded(void (*body)(void*), void* data, Fault& fault)
{
    static std::once_flag once;
    std::call_once(once, install);
    Guard guard;
    guard.fault = &fault;
    if (sigsetjmp(guard.back, 1) != 0) return false;
    innermost = &guard;
    body(data);
    innermost = nullptr;
    return true;
}
