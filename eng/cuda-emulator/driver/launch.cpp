// Runs a kernel: block after block, each either as a plain loop over its threads or as fibers.
#include "driver.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include <cstring>

namespace {
struct Running {
    const Launch* launch;
    void** parameters;
    bool deadlocked, sharedOverrun;
};

void runBlocks(void* data)
{
    auto& running = *(Running*)data;
    const auto& launch = *running.launch;
    const auto& module = *launch.function->module->entry;
    const auto& kernel = *launch.function->kernel;
    unsigned threads = launch.block.x * launch.block.y * launch.block.z;
    bool fibers = launch.function->module->fibers;
    auto* canary = module.dynamicShared + launch.sharedBytes;
    *module.blockSize = launch.block;
    *module.gridSize = launch.grid;
    std::memset(canary, 0xA5, EVERGRAPH_EMULATOR_SHARED_CANARY);
    auto& block = *module.block;
    for (block.z = 0; block.z < launch.grid.z; block.z++)
        for (block.y = 0; block.y < launch.grid.y; block.y++)
            for (block.x = 0; block.x < launch.grid.x; block.x++) {
                std::memset(module.dynamicShared, 0xFF, launch.sharedBytes);
                if (!fibers) kernel.runBlock(running.parameters);
                else if (!runBlockAsFibers(module, kernel, running.parameters, threads)) { running.deadlocked = true; return; }
                for (int i = 0; i < EVERGRAPH_EMULATOR_SHARED_CANARY; i++)
                    if (canary[i] != 0xA5) { running.sharedOverrun = true; return; }
            }
}
}

// A kernel that asks for the time waits for another device, whose thread may need this core.
EXPORT unsigned long long evergraph_emulator_nanoseconds()
{
    std::this_thread::yield();
    return (unsigned long long)std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

CUresult runKernel(const Launch& launch, void** parameters)
{
    auto* module = launch.function->module;
    const char* name = launch.function->name.c_str();
    const char* failing = setting("EVERGRAPH_EMULATOR_FAIL");
    if (failing && launch.function->name == failing) {
        say("kernel %s fails because EVERGRAPH_EMULATOR_FAIL says so", name);
        return lose(module->device, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    std::lock_guard lock(module->running);
    Running running{&launch, parameters, false, false};
    Fault fault{};
    bool finished = guarded(runBlocks, &running, fault);
    const auto &block = *module->entry->block, &thread = *module->entry->thread;
    char place[200];
    std::snprintf(place, sizeof place, "kernel %s, block (%u, %u, %u)", name, block.x, block.y, block.z);
    if (!finished) {
        abandonFibers();
        const char* what = fault.signal == 8 ? "divided an integer by zero" : "touched address ";
        say("%s, thread (%u, %u, %u) %s%s", place, thread.x, thread.y, thread.z, what,
            fault.signal == 8 ? "" : describeAddress(fault.address).c_str());
        return lose(module->device, fault.signal == 8 ? CUDA_ERROR_LAUNCH_FAILED : CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    if (running.deadlocked) {
        abandonFibers();
        say("%s: its threads wait for each other at different barriers or with different masks", place);
        return lose(module->device, CUDA_ERROR_LAUNCH_TIMEOUT);
    }
    if (running.sharedOverrun) {
        say("%s wrote past its %u bytes of dynamic shared memory", place, launch.sharedBytes);
        return lose(module->device, CUDA_ERROR_ILLEGAL_ADDRESS);
    }
    return checkCanaries(module->device, ("kernel " + launch.function->name).c_str());
}
