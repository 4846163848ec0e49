// Modules: the "cubin" is a shared library that the emulated NVRTC linked; it is mapped from memory.
#include "driver.h"

#include <algorithm>

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {
// The image comes as a pointer alone: its length is where its section table, written last, ends.
std::size_t lengthOf(const void* image)
{
    auto* header = (const ElfW(Ehdr)*)image;
    if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_DYN || header->e_machine == 190) return 0;
    return header->e_shoff + std::size_t(header->e_shnum) * header->e_shentsize;
}

// Only modules whose kernels wait for other threads need the driver's symbols (abi.h).
bool needsDriver(void* library)
{
    link_map* map = nullptr;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) return true;
    const char* strings = nullptr;
    for (auto* d = map->l_ld; d->d_tag != DT_NULL; d++) if (d->d_tag == DT_STRTAB) strings = (const char*)d->d_un.d_ptr;
    for (auto* d = map->l_ld; d->d_tag != DT_NULL; d++)
        if (d->d_tag == DT_NEEDED && std::strcmp(strings + d->d_un.d_val, "libcuda.so.1") == 0) return true;
    return false;
}

Function* findFunction(void* handle)
{
    for (auto& module : modules().items)
        for (auto& function : module->functions) if (function.get() == handle) return function.get();
    return nullptr;
}

// The file stays open as long as the library is mapped: the loader knows libraries by name, and the name is the number.
CUresult map(const void* image, void*& library, int& file)
{
    std::size_t length = image ? lengthOf(image) : 0;
    if (length == 0) return CUDA_ERROR_INVALID_IMAGE;
    file = memfd_create("evergraph-kernel", MFD_CLOEXEC);
    if (file < 0) return CUDA_ERROR_OUT_OF_MEMORY;
    for (std::size_t done = 0; done < length;) {
        ssize_t written = write(file, (const char*)image + done, length - done);
        if (written <= 0) { close(file); return CUDA_ERROR_OUT_OF_MEMORY; }
        done += written;
    }
    library = dlopen(("/proc/self/fd/" + std::to_string(file)).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library) return CUDA_SUCCESS;
    say("%s", dlerror());
    close(file);
    return CUDA_ERROR_INVALID_IMAGE;
}
}

EXPORT CUresult cuModuleLoadData(void** module, const void* image)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto loaded = std::make_unique<Module>();
    if (auto status = map(image, loaded->library, loaded->file)) return status;
    loaded->device = device;
    loaded->entry = (const EvergraphModule*)dlsym(loaded->library, "evergraph_module");
    loaded->fibers = needsDriver(loaded->library);
    if (!loaded->entry || loaded->entry->abi != EVERGRAPH_EMULATOR_ABI) {
        dlclose(loaded->library);
        close(loaded->file);
        return CUDA_ERROR_INVALID_IMAGE;
    }
    *module = modules().add(std::move(loaded));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) { return cuModuleLoadData(module, image); }

EXPORT CUresult cuModuleUnload(void* module)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto* found = modules().find(module);
    if (!found) return CUDA_ERROR_INVALID_HANDLE;
    dlclose(found->library);
    close(found->file);
    modules().remove(module);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuModuleGetFunction(void** function, void* module, const char* name)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto* found = modules().find(module);
    if (!found) return CUDA_ERROR_INVALID_HANDLE;
    for (auto& known : found->functions) if (known->name == name) { *function = known.get(); return CUDA_SUCCESS; }
    auto* kernel = (const EvergraphKernel*)dlsym(found->library, ("evergraph_kernel_" + std::string(name)).c_str());
    if (!kernel) return CUDA_ERROR_NOT_FOUND;
    found->functions.push_back(std::make_unique<Function>());
    auto& made = *found->functions.back();
    made.module = found;
    made.name = name;
    made.kernel = kernel;
    *function = &made;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuFuncSetAttribute(void* function, int attribute, int value)
{
    std::lock_guard lock(state());
    auto* found = findFunction(function);
    if (!found) return CUDA_ERROR_INVALID_HANDLE;
    if (attribute == 8) {                                                // the most dynamic shared memory
        if (value < 0 || value > EVERGRAPH_EMULATOR_SHARED_BYTES) return CUDA_ERROR_INVALID_VALUE;
        found->dynamicShared = value;
        return CUDA_SUCCESS;
    }
    return attribute >= 9 && attribute <= 15 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; // carve-out and cluster hints
}

EXPORT CUresult cuFuncGetAttribute(int* value, int attribute, void* function)
{
    std::lock_guard lock(state());
    auto* found = findFunction(function);
    if (!found) return CUDA_ERROR_INVALID_HANDLE;
    switch (attribute) {
    case 0: *value = 1024; break;                                        // threads of a block
    case 4: *value = 32; break;                                          // registers
    case 5: case 6: *value = 90; break;                                  // PTX and binary version
    case 8: *value = found->dynamicShared; break;
    default: *value = 0; break;
    }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* function, int threads, std::size_t shared)
{
    std::lock_guard lock(state());
    if (!findFunction(function)) return CUDA_ERROR_INVALID_HANDLE;
    if (threads < 1 || threads > 1024) return CUDA_ERROR_INVALID_VALUE;
    std::size_t byShared = shared ? 233472 / (shared + 1024) : 32;
    *blocks = (int)std::min<std::size_t>({32, 2048u / threads, byShared});
    return CUDA_SUCCESS;
}

EXPORT CUresult cuLaunchKernel(void* handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
    unsigned shared, void* stream, void** parameters, void** extra)
{
    Device* device;
    if (auto status = current(device)) return status;
    Function* function;
    {
        std::lock_guard lock(state());
        function = findFunction(handle);
    }
    if (!function) return CUDA_ERROR_INVALID_HANDLE;
    unsigned long threads = (unsigned long)bx * by * bz;
    if (gx == 0 || gy == 0 || gz == 0 || gx > 2147483647u || gy > 65535 || gz > 65535 || threads == 0 || threads > 1024 || bz > 64
        || shared > function->dynamicShared || extra || function->module->device != device) return CUDA_ERROR_INVALID_VALUE;
    const auto& kernel = *function->kernel;
    std::vector<std::vector<unsigned char>> kept; // a graph replays what the parameters were
    for (unsigned i = 0; i < kernel.parameters; i++) {
        auto* bytes = (const unsigned char*)parameters[i];
        kept.emplace_back(bytes, bytes + kernel.sizes[i]);
    }
    Launch launch{function, {gx, gy, gz}, {bx, by, bz}, shared};
    return submit(stream, [launch, kept]() mutable {
        std::vector<void*> pointers;
        for (auto& bytes : kept) pointers.push_back(bytes.data());
        return runKernel(launch, pointers.data());
    });
}
