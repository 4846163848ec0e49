// The emulated driver's objects. Streams run every call at once; under capture they record it.
#pragma once

#include "../abi.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

typedef int CUresult;
enum : CUresult {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_PEER_ACCESS_UNSUPPORTED = 217,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_ILLEGAL_STATE = 401,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED = 704,
    CUDA_ERROR_LAUNCH_TIMEOUT = 702,
    CUDA_ERROR_CONTEXT_IS_DESTROYED = 709,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_STREAM_CAPTURE_UNMATCHED = 903,
    CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD = 908,
};

struct Device {
    int ordinal = 0;
    bool active = false;        // the primary context lives
    int retained = 0;
    CUresult lost = CUDA_SUCCESS; // a sticky error: every call answers it until the context is reset
    std::size_t used = 0;
    std::set<int> peers;        // whose memory its kernels and copies may touch
};

using Operation = std::function<CUresult()>;

struct Graph {
    Device* device = nullptr;
    std::vector<Operation> operations;
    bool invalidated = false;
    int mode = 0;
    std::size_t thread = 0;     // who began the capture
};

struct Stream {
    Device* device = nullptr;
    std::shared_ptr<Graph> capture;
    bool origin = false;        // the stream on which the capture began
};

struct Event {
    Device* device = nullptr;
    bool timing = true, recorded = false;
    double milliseconds = 0;
    std::weak_ptr<Graph> capture; // recorded while capturing: whoever waits for it joins that capture
};

struct Module;
struct Function {
    Module* module = nullptr;
    std::string name;
    const EvergraphKernel* kernel = nullptr;
    unsigned dynamicShared = 49152; // the most that a launch may ask
};

struct Module {
    Device* device = nullptr;
    void* library = nullptr;
    int file = -1;              // that the library was mapped from
    const EvergraphModule* entry = nullptr;
    bool fibers = false;
    std::mutex running;         // __shared__ and threadIdx are the module's statics: one launch at a time
    std::vector<std::unique_ptr<Function>> functions;
};

struct Launch {
    Function* function;
    EvergraphIndex grid, block;
    unsigned sharedBytes;
};

// context.cpp
std::recursive_mutex& state();                     // guards every table; never held while a kernel runs
const char* setting(const char* name);             // an environment variable, or what evergraphEmulatorSet gave
CUresult current(Device*& device);                 // the calling thread's device, or why there is none
Device* deviceAt(int ordinal);
CUresult lose(Device* device, CUresult error);     // makes an error sticky
void say(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Live objects of one kind; a handle that is not in here is invalid (never made, or destroyed).
template <class T> struct Table {
    std::vector<std::unique_ptr<T>> items;
    T* add(std::unique_ptr<T> item) { items.push_back(std::move(item)); return items.back().get(); }
    T* find(void* handle) const {
        for (auto& item : items) if (item.get() == handle) return item.get();
        return nullptr;
    }
    bool remove(void* handle) {
        for (auto& item : items) if (item.get() == handle) { std::swap(item, items.back()); items.pop_back(); return true; }
        return false;
    }
    template <class P> void removeWhere(P which) {
        for (std::size_t i = items.size(); i-- > 0;) if (which(*items[i])) { std::swap(items[i], items.back()); items.pop_back(); }
    }
};
Table<Stream>& streams();
Table<Event>& events();
Table<Module>& modules();

// memory.cpp
void freeMemoryOf(Device* device);
CUresult checkCanaries(Device* device, const char* after);
std::string describeAddress(std::uintptr_t address);
std::size_t memoryBound();
bool isDeviceRange(Device* device, std::uintptr_t address, std::size_t bytes);

// stream.cpp
CUresult findStream(void* handle, Stream*& stream);
CUresult submit(void* stream, Operation operation);
CUresult refuseUnderCapture();                     // for calls that a capture in progress forbids
void invalidateCaptures(Device* device);

// launch.cpp, fibers.cpp, faults.cpp
CUresult runKernel(const Launch& launch, void** parameters);
bool runBlockAsFibers(const EvergraphModule& module, const EvergraphKernel& kernel, void** parameters, unsigned threads);
void abandonFibers();                              // after a fault left some of them in the middle
struct Fault { int signal; std::uintptr_t address; };
bool guarded(void (*body)(void*), void* data, Fault& fault); // false: body was stopped by a memory or arithmetic fault
