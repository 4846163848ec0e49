// Streams, events and graphs. A stream runs each call before it returns; under capture it records the call instead, in
// the order of issue, which respects every dependency that events between joined streams can express.
#include "driver.h"

#include <chrono>
#include <functional>
#include <thread>

namespace {
struct Instance { std::shared_ptr<Graph> graph; };
Table<std::shared_ptr<Graph>>& graphs() { static auto* table = new Table<std::shared_ptr<Graph>>; return *table; }
Table<Instance>& instances() { static auto* table = new Table<Instance>; return *table; }
std::vector<std::weak_ptr<Graph>>& captures() { static auto* all = new std::vector<std::weak_ptr<Graph>>; return *all; }

std::size_t thisThread() { return std::hash<std::thread::id>()(std::this_thread::get_id()); }

double now()
{
    using namespace std::chrono;
    return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

CUresult findEvent(void* handle, Event*& event)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    event = events().find(handle);
    return event ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}
}

// The default stream (null, and the two constants for the legacy and the per-thread one) belongs to the current device.
CUresult findStream(void* handle, Stream*& stream)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    if ((std::uintptr_t)handle <= 2) {
        static std::vector<std::unique_ptr<Stream>> defaults;
        while ((int)defaults.size() <= device->ordinal) {
            defaults.push_back(std::make_unique<Stream>());
            defaults.back()->device = deviceAt((int)defaults.size() - 1);
        }
        stream = defaults[device->ordinal].get();
        return CUDA_SUCCESS;
    }
    stream = streams().find(handle);
    return stream ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult submit(void* handle, Operation operation)
{
    Stream* stream;
    if (auto status = findStream(handle, stream)) return status;
    if (!stream->capture) return operation();
    if (stream->capture->invalidated) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    stream->capture->operations.push_back(std::move(operation));
    return CUDA_SUCCESS;
}

namespace {
struct Call { int (*run)(const void*); const void* data; CUresult status; };
void runCall(void* call) { ((Call*)call)->status = ((Call*)call)->run(((Call*)call)->data); }
}

// For libcublasLt: an operation whose data is copied, so that a graph may replay it.
EXPORT CUresult evergraph_emulator_submit(void* stream, int (*run)(const void*), const void* data, std::size_t bytes)
{
    Device* device;
    if (auto status = current(device)) return status;
    auto* first = (const unsigned char*)data;
    std::vector<unsigned char> kept(first, first + bytes);
    return submit(stream, [run, kept, device] {
        Call call{run, kept.data(), CUDA_SUCCESS};
        Fault fault{};
        if (!guarded(runCall, &call, fault)) {
            say("a library's product touched address %s", describeAddress(fault.address).c_str());
            return lose(device, CUDA_ERROR_ILLEGAL_ADDRESS);
        }
        return call.status ? call.status : checkCanaries(device, "a library's product");
    });
}

CUresult refuseUnderCapture()
{
    std::lock_guard lock(state());
    bool refused = false;
    auto& all = captures();
    for (std::size_t i = all.size(); i-- > 0;) {
        auto graph = all[i].lock();
        if (!graph) { all.erase(all.begin() + i); continue; }
        // Mode 0 forbids unsafe calls to every thread, mode 1 to the capturing one, mode 2 to none.
        if (graph->mode == 0 || (graph->mode == 1 && graph->thread == thisThread())) graph->invalidated = refused = true;
    }
    return refused ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

EXPORT CUresult cuStreamCreate(void** stream, unsigned)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto created = std::make_unique<Stream>();
    created->device = device;
    *stream = streams().add(std::move(created));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamCreateWithPriority(void** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

EXPORT CUresult cuStreamDestroy_v2(void* stream)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    return streams().remove(stream) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

EXPORT CUresult cuStreamSynchronize(void* handle)
{
    Stream* stream;
    if (auto status = findStream(handle, stream)) return status;
    if (stream->capture) { stream->capture->invalidated = true; return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED; }
    return checkCanaries(stream->device, "something before a synchronization");
}

EXPORT CUresult cuCtxSynchronize()
{
    Device* device;
    if (auto status = current(device)) return status;
    if (auto status = refuseUnderCapture()) return status;
    return checkCanaries(device, "something before a synchronization");
}

EXPORT CUresult cuStreamQuery(void* handle)
{
    Stream* stream;
    if (auto status = findStream(handle, stream)) return status;
    if (stream->capture) { stream->capture->invalidated = true; return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED; }
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamIsCapturing(void* handle, int* status)
{
    Stream* stream;
    if (auto error = findStream(handle, stream)) return error;
    *status = !stream->capture ? 0 : stream->capture->invalidated ? 2 : 1;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamWaitEvent(void* handle, void* event, unsigned)
{
    Stream* stream;
    Event* found;
    if (auto status = findStream(handle, stream)) return status;
    if (auto status = findEvent(event, found)) return status;
    if (auto graph = found->capture.lock(); graph && !stream->capture) stream->capture = graph;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamBeginCapture_v2(void* handle, int mode)
{
    Stream* stream;
    if (auto status = findStream(handle, stream)) return status;
    if ((std::uintptr_t)handle <= 1) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED; // the legacy default stream
    if (stream->capture) return CUDA_ERROR_ILLEGAL_STATE;
    std::lock_guard lock(state());
    stream->capture = std::make_shared<Graph>();
    stream->capture->device = stream->device;
    stream->capture->mode = mode;
    stream->capture->thread = thisThread();
    stream->origin = true;
    captures().push_back(stream->capture);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuStreamEndCapture(void* handle, void** graph)
{
    Stream* stream;
    *graph = nullptr;
    if (auto status = findStream(handle, stream)) return status;
    if (!stream->capture) return CUDA_ERROR_ILLEGAL_STATE;
    if (!stream->origin) return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    if (stream->capture->mode != 2 && stream->capture->thread != thisThread()) return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    std::lock_guard lock(state());
    auto captured = stream->capture;
    stream->origin = false;
    stream->capture.reset();
    for (auto& other : streams().items) if (other->capture == captured) other->capture.reset();
    for (auto& event : events().items) if (event->capture.lock() == captured) event->capture.reset();
    auto& all = captures();
    for (std::size_t i = all.size(); i-- > 0;) if (all[i].expired() || all[i].lock() == captured) all.erase(all.begin() + i);
    if (captured->invalidated) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    *graph = graphs().add(std::make_unique<std::shared_ptr<Graph>>(captured));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphInstantiateWithFlags(void** instance, void* graph, unsigned long long)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto* found = graphs().find(graph);
    if (!found) return CUDA_ERROR_INVALID_VALUE;
    *instance = instances().add(std::make_unique<Instance>(Instance{*found}));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuGraphLaunch(void* instance, void* stream)
{
    std::shared_ptr<Graph> graph;
    Device* device;
    if (auto status = current(device)) return status;
    {
        std::lock_guard lock(state());
        auto* found = instances().find(instance);
        if (!found) return CUDA_ERROR_INVALID_VALUE;
        graph = found->graph;
    }
    return submit(stream, [graph] {
        for (auto& operation : graph->operations) if (auto status = operation()) return status;
        return (CUresult)CUDA_SUCCESS;
    });
}

EXPORT CUresult cuGraphDestroy(void* graph)
{
    std::lock_guard lock(state());
    return graphs().remove(graph) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuGraphExecDestroy(void* instance)
{
    std::lock_guard lock(state());
    return instances().remove(instance) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuEventCreate(void** event, unsigned flags)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    auto created = std::make_unique<Event>();
    created->device = device;
    created->timing = (flags & 2) == 0;
    *event = events().add(std::move(created));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventRecord(void* event, void* handle)
{
    Stream* stream;
    Event* found;
    if (auto status = findStream(handle, stream)) return status;
    if (auto status = findEvent(event, found)) return status;
    if (stream->capture) { found->capture = stream->capture; return CUDA_SUCCESS; }
    found->capture.reset();
    found->recorded = true;
    found->milliseconds = now();
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventSynchronize(void* event)
{
    Event* found;
    if (auto status = findEvent(event, found)) return status;
    return found->capture.lock() ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED : CUDA_SUCCESS;
}

EXPORT CUresult cuEventQuery(void* event) { return cuEventSynchronize(event); }

EXPORT CUresult cuEventElapsedTime_v2(float* milliseconds, void* from, void* to)
{
    Event *first, *second;
    if (auto status = findEvent(from, first)) return status;
    if (auto status = findEvent(to, second)) return status;
    if (!first->timing || !second->timing || !first->recorded || !second->recorded) return CUDA_ERROR_INVALID_HANDLE;
    *milliseconds = (float)(second->milliseconds - first->milliseconds);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuEventElapsedTime(float* milliseconds, void* from, void* to) { return cuEventElapsedTime_v2(milliseconds, from, to); }

EXPORT CUresult cuEventDestroy_v2(void* event)
{
    Device* device;
    if (auto status = current(device)) return status;
    std::lock_guard lock(state());
    return events().remove(event) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}
