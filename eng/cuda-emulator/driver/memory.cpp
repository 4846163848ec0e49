// Memory. Every block lies at the end of its own pages, between pages that nobody may touch; what is left of its own
// pages holds a canary. An access far outside faults at once (faults.cpp), one just outside shows in the canary.
// Fresh memory is all ones: NaN in every floating type.
#include "driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sys/mman.h>

namespace {
constexpr std::size_t page = 4096, guard = 16 * page, alignment = 256;
constexpr unsigned char poison = 0xFF, canary = 0xA5;

struct Block {
    Device* device;
    bool host;
    std::size_t bytes, mapped;
    unsigned char* base;                // of the mapping, guards included
};

std::map<std::uintptr_t, Block>& blocks() { static auto* all = new std::map<std::uintptr_t, Block>; return *all; }

unsigned char* endOf(const Block& block) { return block.base + block.mapped - guard; }

unsigned char* map(Device* device, bool host, std::size_t bytes)
{
    std::size_t usable = (bytes + alignment - 1) / alignment * alignment;
    std::size_t pages = (usable + page - 1) / page * page + page; // at least a page of canary in front
    std::size_t mapped = pages + 2 * guard;
    void* base = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) return nullptr;
    auto* start = (unsigned char*)base + guard;
    if (mprotect(start, pages, PROT_READ | PROT_WRITE) != 0) { munmap(base, mapped); return nullptr; }
    auto* data = start + pages - usable;
    std::memset(start, canary, data - start);
    std::memset(data, poison, bytes);
    std::memset(data + bytes, canary, usable - bytes);
    blocks()[(std::uintptr_t)data] = {device, host, bytes, mapped, (unsigned char*)base};
    return data;
}

bool clean(const unsigned char* from, const unsigned char* to)
{
    for (; from < to; from++) if (*from != canary) return false;
    return true;
}

bool intact(std::uintptr_t address, const Block& block, const char* after)
{
    auto* data = (const unsigned char*)address;
    bool front = clean(data - 256, data), back = clean(data + block.bytes, endOf(block));
    if (front && back) return true;
    say("%s wrote %s an allocation of %zu bytes at %p", after, front ? "past the end of" : "in front of", block.bytes, (const void*)data);
    return false;
}

void unmap(std::map<std::uintptr_t, Block>::iterator at)
{
    if (!at->second.host) at->second.device->used -= at->second.bytes;
    munmap(at->second.base, at->second.mapped);
    blocks().erase(at);
}

CUresult release(void* address, bool host)
{
    std::lock_guard lock(state());
    auto found = blocks().find((std::uintptr_t)address);
    if (found == blocks().end() || found->second.host != host) return CUDA_ERROR_INVALID_VALUE;
    auto* device = found->second.device;
    bool good = intact(found->first, found->second, "something before its release");
    unmap(found);
    return good ? CUDA_SUCCESS : lose(device, CUDA_ERROR_ILLEGAL_ADDRESS);
}

CUresult copy(void* stream, void* to, const void* from, std::size_t bytes, bool toDevice, bool fromDevice, bool synchronous)
{
    Device* device;
    if (auto status = current(device)) return status;
    if (synchronous) if (auto status = refuseUnderCapture()) return status;
    if (toDevice && !isDeviceRange(device, (std::uintptr_t)to, bytes)) return CUDA_ERROR_INVALID_VALUE;
    if (fromDevice && !isDeviceRange(device, (std::uintptr_t)from, bytes)) return CUDA_ERROR_INVALID_VALUE;
    return submit(stream, [=] {
        if (!toDevice) if (auto status = checkCanaries(device, "something before a copy to the host")) return status;
        std::memmove(to, from, bytes);
        return (CUresult)CUDA_SUCCESS;
    });
}
}

std::size_t memoryBound()
{
    const char* bound = setting("EVERGRAPH_EMULATOR_MEMORY");
    return bound ? std::strtoull(bound, nullptr, 10) : std::size_t(8) << 30;
}

// Device memory of any device, or pinned memory, holding the whole range. No bytes lie anywhere.
bool isDeviceRange(Device*, std::uintptr_t address, std::size_t bytes)
{
    if (bytes == 0) return true;
    std::lock_guard lock(state());
    auto next = blocks().upper_bound(address);
    if (next == blocks().begin()) return false;
    auto& [start, block] = *std::prev(next);
    return address - start <= block.bytes && bytes <= block.bytes - (address - start);
}

CUresult checkCanaries(Device* device, const char* after)
{
    std::lock_guard lock(state());
    bool good = true;
    for (auto& [address, block] : blocks()) good &= intact(address, block, after);
    return good ? CUDA_SUCCESS : lose(device, CUDA_ERROR_ILLEGAL_ADDRESS);
}

void freeMemoryOf(Device* device)
{
    for (auto at = blocks().begin(); at != blocks().end();) {
        auto next = std::next(at);
        if (at->second.device == device) unmap(at);
        at = next;
    }
}

std::string describeAddress(std::uintptr_t address)
{
    // Called with the fault already caught, so locking is safe.
    std::lock_guard lock(state());
    char text[160];
    for (auto& [start, block] : blocks()) {
        auto low = (std::uintptr_t)block.base, high = low + block.mapped;
        if (address < low || address >= high) continue;
        if (address < start) std::snprintf(text, sizeof text, "0x%zx, %zu bytes in front of", address, start - address);
        else std::snprintf(text, sizeof text, "0x%zx, %zu bytes past the end of", address, address - start - block.bytes);
        return std::string(text) + " an allocation of " + std::to_string(block.bytes) + " bytes";
    }
    std::snprintf(text, sizeof text, "0x%zx, which is in no allocation", address);
    return text;
}

EXPORT CUresult cuMemGetInfo_v2(std::size_t* free, std::size_t* total)
{
    Device* device;
    if (auto status = current(device)) return status;
    *total = memoryBound();
    *free = *total - std::min(*total, device->used);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemAlloc_v2(std::uintptr_t* address, std::size_t bytes)
{
    Device* device;
    if (auto status = current(device)) return status;
    if (auto status = refuseUnderCapture()) return status;
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard lock(state());
    std::size_t total = memoryBound();
    if (device->used > total || bytes > total - device->used) return CUDA_ERROR_OUT_OF_MEMORY;
    auto* data = map(device, false, bytes);
    if (!data) return CUDA_ERROR_OUT_OF_MEMORY;
    device->used += bytes;
    *address = (std::uintptr_t)data;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemFree_v2(std::uintptr_t address)
{
    Device* device;
    if (auto status = current(device)) return status;
    if (auto status = refuseUnderCapture()) return status;
    return address ? release((void*)address, false) : CUDA_SUCCESS;
}

EXPORT CUresult cuMemHostAlloc(void** address, std::size_t bytes, unsigned)
{
    Device* device;
    if (auto status = current(device)) return status;
    if (auto status = refuseUnderCapture()) return status;
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard lock(state());
    *address = map(device, true, bytes);
    return *address ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

EXPORT CUresult cuMemFreeHost(void* address)
{
    Device* device;
    if (auto status = current(device)) return status;
    return release(address, true);
}

EXPORT CUresult cuMemHostGetDevicePointer_v2(std::uintptr_t* device, void* host, unsigned)
{
    if (!isDeviceRange(nullptr, (std::uintptr_t)host, 1)) return CUDA_ERROR_INVALID_VALUE;
    *device = (std::uintptr_t)host;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuPointerGetAttribute(void* data, int attribute, std::uintptr_t address)
{
    std::lock_guard lock(state());
    auto next = blocks().upper_bound(address);
    if (next == blocks().begin()) return CUDA_ERROR_INVALID_VALUE;
    auto& [start, block] = *std::prev(next);
    if (address - start >= block.bytes) return CUDA_ERROR_INVALID_VALUE;
    switch (attribute) {
    case 2: *(unsigned*)data = block.host ? 1 : 2; return CUDA_SUCCESS;      // memory type: host, device
    case 9: *(int*)data = block.device->ordinal; return CUDA_SUCCESS;
    case 10: *(std::uintptr_t*)data = start; return CUDA_SUCCESS;             // start of the range
    case 11: *(std::size_t*)data = block.bytes; return CUDA_SUCCESS;
    default: return CUDA_ERROR_INVALID_VALUE;
    }
}

EXPORT CUresult cuMemcpyHtoDAsync_v2(std::uintptr_t to, const void* from, std::size_t n, void* stream) { return copy(stream, (void*)to, from, n, true, false, false); }
EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, std::uintptr_t from, std::size_t n, void* stream) { return copy(stream, to, (void*)from, n, false, true, false); }
EXPORT CUresult cuMemcpyDtoDAsync_v2(std::uintptr_t to, std::uintptr_t from, std::size_t n, void* stream) { return copy(stream, (void*)to, (void*)from, n, true, true, false); }
EXPORT CUresult cuMemcpyHtoD_v2(std::uintptr_t to, const void* from, std::size_t n) { return copy(nullptr, (void*)to, from, n, true, false, true); }
EXPORT CUresult cuMemcpyDtoH_v2(void* to, std::uintptr_t from, std::size_t n) { return copy(nullptr, to, (void*)from, n, false, true, true); }

EXPORT CUresult cuMemsetD8Async(std::uintptr_t to, unsigned char value, std::size_t bytes, void* stream)
{
    Device* device;
    if (auto status = current(device)) return status;
    if (!isDeviceRange(device, to, bytes)) return CUDA_ERROR_INVALID_VALUE;
    return submit(stream, [=] { std::memset((void*)to, value, bytes); return (CUresult)CUDA_SUCCESS; });
}
