// Devices and their primary contexts. A context's handle is its Device.
#include "driver.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

namespace {
bool initialized = false;
thread_local Device* currentDevice = nullptr;

std::vector<std::unique_ptr<Device>>& devices()
{
    static std::vector<std::unique_ptr<Device>> all;
    return all;
}

std::map<std::string, std::string>& overrides()
{
    static std::map<std::string, std::string> all;
    return all;
}

void destroyContext(Device* device)
{
    modules().removeWhere([&](Module& m) { return m.device == device; }); // their code stays mapped: a stale pointer must not crash
    events().removeWhere([&](Event& e) { return e.device == device; });
    streams().removeWhere([&](Stream& s) { return s.device == device; });
    freeMemoryOf(device);
    device->active = false;
    device->lost = CUDA_SUCCESS;
}
}

std::recursive_mutex& state() { static auto* mutex = new std::recursive_mutex; return *mutex; }
Table<Stream>& streams() { static auto* table = new Table<Stream>; return *table; }
Table<Event>& events() { static auto* table = new Table<Event>; return *table; }
Table<Module>& modules() { static auto* table = new Table<Module>; return *table; }

const char* setting(const char* name)
{
    std::lock_guard lock(state());
    auto found = overrides().find(name);
    if (found != overrides().end()) return found->second.empty() ? nullptr : found->second.c_str();
    return std::getenv(name);
}

// For tests: .NET's Environment.SetEnvironmentVariable does not reach getenv. An empty value unsets.
EXPORT void evergraphEmulatorSet(const char* name, const char* value)
{
    std::lock_guard lock(state());
    overrides()[name] = value ? value : "";
}

void say(const char* format, ...)
{
    std::va_list arguments;
    va_start(arguments, format);
    std::fputs("CUDA emulator: ", stderr);
    std::vfprintf(stderr, format, arguments);
    std::fputc('\n', stderr);
    va_end(arguments);
}

CUresult current(Device*& device)
{
    if (!initialized) return CUDA_ERROR_NOT_INITIALIZED;
    device = currentDevice;
    if (!device) return CUDA_ERROR_INVALID_CONTEXT;
    if (!device->active) return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    return device->lost;
}

Device* deviceAt(int ordinal)
{
    auto& all = devices();
    return ordinal >= 0 && ordinal < (int)all.size() ? all[ordinal].get() : nullptr;
}

CUresult lose(Device* device, CUresult error)
{
    std::lock_guard lock(state());
    if (device->lost == CUDA_SUCCESS) device->lost = error;
    return error;
}

EXPORT CUresult cuInit(unsigned flags)
{
    if (flags) return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard lock(state());
    if (!initialized) {
        const char* count = setting("EVERGRAPH_EMULATOR_DEVICES");
        int n = count ? std::atoi(count) : 1;
        for (int i = 0; i < n; i++) {
            devices().push_back(std::make_unique<Device>());
            devices().back()->ordinal = i;
        }
        initialized = true;
    }
    return devices().empty() ? CUDA_ERROR_NO_DEVICE : CUDA_SUCCESS;
}

EXPORT CUresult cuDriverGetVersion(int* version) { *version = 13000; return CUDA_SUCCESS; }

EXPORT CUresult cuDeviceGetCount(int* count)
{
    if (!initialized) return CUDA_ERROR_NOT_INITIALIZED;
    *count = (int)devices().size();
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGet(int* device, int ordinal)
{
    if (!initialized) return CUDA_ERROR_NOT_INITIALIZED;
    if (!deviceAt(ordinal)) return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetName(char* name, int length, int device)
{
    if (!deviceAt(device)) return CUDA_ERROR_INVALID_DEVICE;
    std::snprintf(name, length, "Evergraph CUDA emulator");
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceTotalMem_v2(std::size_t* bytes, int device)
{
    if (!deviceAt(device)) return CUDA_ERROR_INVALID_DEVICE;
    *bytes = memoryBound();
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetAttribute(int* value, int attribute, int device)
{
    if (!deviceAt(device)) return CUDA_ERROR_INVALID_DEVICE;
    switch (attribute) {
    case 1: case 2: case 3: *value = 1024; break;                        // threads of a block; its x and y
    case 4: *value = 64; break;                                          // its z
    case 5: *value = 2147483647; break;                                  // grid
    case 6: case 7: *value = 65535; break;
    case 8: *value = 49152; break;                                       // shared memory of a block
    case 9: *value = 65536; break;                                       // constant memory
    case 10: *value = 32; break;                                         // warp
    case 12: case 82: *value = 65536; break;                             // registers
    case 13: *value = 1980000; break;                                    // clock in kHz
    case 16: *value = 4; break;                                          // multiprocessors
    case 19: case 31: case 40: case 41: *value = 1; break;               // maps host memory, concurrent kernels, copy engines, unified addresses
    case 38: *value = 1 << 20; break;                                    // L2
    case 39: *value = 2048; break;                                       // threads of a multiprocessor
    case 75: *value = 9; break;                                          // compute capability
    case 76: *value = 0; break;
    case 81: *value = 233472; break;                                     // shared memory of a multiprocessor
    case 97: *value = EVERGRAPH_EMULATOR_SHARED_BYTES; break;            // opt-in shared memory of a block
    case 106: *value = 32; break;                                        // blocks of a multiprocessor
    case 111: *value = 1024; break;                                      // reserved shared memory of a block
    default: *value = 0; break;
    }
    return attribute < 1 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

// Each device's number in its last byte, so that they differ within a process and are the same in all.
EXPORT CUresult cuDeviceGetUuid_v2(unsigned char* uuid, int device)
{
    if (!deviceAt(device)) return CUDA_ERROR_INVALID_DEVICE;
    std::memset(uuid, 0xE5, 16);
    uuid[15] = (unsigned char)device;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceCanAccessPeer(int* can, int device, int peer)
{
    if (!deviceAt(device) || !deviceAt(peer)) return CUDA_ERROR_INVALID_DEVICE;
    *can = device != peer && !setting("EVERGRAPH_EMULATOR_NO_PEERS");
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxEnablePeerAccess(void* context, unsigned)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    for (auto& peer : devices()) if (peer.get() == context) {
        int can;
        if (cuDeviceCanAccessPeer(&can, device->ordinal, peer->ordinal) || !can) return CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
        return device->peers.insert(peer->ordinal).second ? CUDA_SUCCESS : CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED;
    }
    return CUDA_ERROR_INVALID_CONTEXT;
}

// Memory of one process is not seen by another.
EXPORT CUresult cuIpcGetMemHandle(void*, std::uintptr_t) { return CUDA_ERROR_NOT_SUPPORTED; }

EXPORT CUresult cuDevicePrimaryCtxRetain(void** context, int device)
{
    std::lock_guard lock(state());
    auto* found = deviceAt(device);
    if (!found) return CUDA_ERROR_INVALID_DEVICE;
    found->active = true;
    found->retained++;
    *context = found;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRelease_v2(int device)
{
    std::lock_guard lock(state());
    auto* found = deviceAt(device);
    if (!found) return CUDA_ERROR_INVALID_DEVICE;
    if (found->retained == 0) return CUDA_ERROR_INVALID_CONTEXT;
    if (--found->retained == 0) destroyContext(found);
    return CUDA_SUCCESS;
}

// Resetting does not release: who retained the context still has to.
EXPORT CUresult cuDevicePrimaryCtxReset_v2(int device)
{
    std::lock_guard lock(state());
    auto* found = deviceAt(device);
    if (!found) return CUDA_ERROR_INVALID_DEVICE;
    destroyContext(found);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxSetCurrent(void* context)
{
    if (!initialized) return CUDA_ERROR_NOT_INITIALIZED;
    for (auto& device : devices()) if (device.get() == context) {
        if (!device->active) return CUDA_ERROR_CONTEXT_IS_DESTROYED;
        currentDevice = device.get();
        return CUDA_SUCCESS;
    }
    if (context) return CUDA_ERROR_INVALID_CONTEXT;
    currentDevice = nullptr;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetCurrent(void** context)
{
    if (!initialized) return CUDA_ERROR_NOT_INITIALIZED;
    *context = currentDevice;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetDevice(int* device)
{
    if (!currentDevice) return CUDA_ERROR_INVALID_CONTEXT;
    *device = currentDevice->ordinal;
    return CUDA_SUCCESS;
}
