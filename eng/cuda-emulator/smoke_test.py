"""Tries the emulator without .NET: smoke_test.py [FOLDER], the folder that build.sh wrote (by default artifacts/)."""
import ctypes as c
import os
import struct
import sys
import time

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "artifacts")
cuda = c.CDLL(os.path.join(folder, "libcuda.so.1"))
nvrtc = c.CDLL(os.path.join(folder, "libnvrtc.so.13"))
P, Z, U = c.c_void_p, c.c_size_t, c.c_uint
for name, types in {
    "cuMemAlloc_v2": [P, Z], "cuMemFree_v2": [P], "cuMemcpyHtoD_v2": [P, P, Z], "cuMemcpyDtoH_v2": [P, P, Z], "cuMemcpyHtoDAsync_v2": [P, P, Z, P],
    "cuModuleLoadData": [P, P], "cuModuleGetFunction": [P, P, c.c_char_p], "cuStreamSynchronize": [P], "cuCtxSetCurrent": [P],
    "cuLaunchKernel": [P] + [U] * 7 + [P] * 3, "cuStreamBeginCapture_v2": [P, c.c_int], "cuStreamEndCapture": [P, P], "cuFuncSetAttribute": [P, c.c_int, c.c_int],
    "cuGraphInstantiateWithFlags": [P, P, c.c_ulonglong], "cuGraphLaunch": [P, P], "cuStreamCreate": [P, U], "evergraphEmulatorSet": [c.c_char_p, c.c_char_p],
}.items():
    getattr(cuda, name).argtypes = types
for name in ("nvrtcCompileProgram", "nvrtcGetProgramLogSize", "nvrtcGetProgramLog", "nvrtcGetCUBINSize", "nvrtcGetCUBIN", "nvrtcDestroyProgram"):
    getattr(nvrtc, name).argtypes = [P, c.c_int, P] if name == "nvrtcCompileProgram" else [P] if "Destroy" in name else [P, P]
nvrtc.nvrtcCreateProgram.argtypes = [P, c.c_char_p, c.c_char_p, c.c_int, P, P]


def ok(status, expected=0):
    name = c.c_char_p()
    cuda.cuGetErrorName(status, c.byref(name))
    assert status == expected, f"{name.value} ({status}), expected {expected}"


def open_context():
    context = P()
    ok(cuda.cuDevicePrimaryCtxRetain(c.byref(context), 0))
    ok(cuda.cuCtxSetCurrent(context))


def compile_kernel(source, name="smoke.cu", fails=False):
    program, size = P(), Z()
    ok(nvrtc.nvrtcCreateProgram(c.byref(program), source.encode(), name.encode(), 0, None, None))
    options = (c.c_char_p * 2)(b"--gpu-architecture=sm_90a", b"--std=c++17")
    status = nvrtc.nvrtcCompileProgram(program, 2, options)
    ok(nvrtc.nvrtcGetProgramLogSize(program, c.byref(size)))
    log = c.create_string_buffer(size.value)
    ok(nvrtc.nvrtcGetProgramLog(program, log))
    assert (status == 6) if fails else (status == 0), (status, log.value.decode())
    if fails:
        return log.value.decode()
    ok(nvrtc.nvrtcGetCUBINSize(program, c.byref(size)))
    image = c.create_string_buffer(size.value)
    ok(nvrtc.nvrtcGetCUBIN(program, image))
    ok(nvrtc.nvrtcDestroyProgram(c.byref(program)))
    return image


def function(source, name):
    module, handle = P(), P()
    image = compile_kernel(source)
    ok(cuda.cuModuleLoadData(c.byref(module), image))
    ok(cuda.cuModuleGetFunction(c.byref(handle), module, name.encode()))
    return handle


def allocate(count, values=None):
    address = P()
    ok(cuda.cuMemAlloc_v2(c.byref(address), 4 * count))
    if values is not None:
        ok(cuda.cuMemcpyHtoD_v2(address, (c.c_float * count)(*values), 4 * count))
    return address.value


def read(address, count):
    host = (c.c_float * count)()
    ok(cuda.cuMemcpyDtoH_v2(host, address, 4 * count))
    return list(host)


def launch(handle, grid, block, arguments, shared=0, stream=None, expected=0):
    data = c.create_string_buffer(arguments, len(arguments))
    pointers = (P * 1)(c.addressof(data))
    ok(cuda.cuLaunchKernel(handle, *grid, *block, shared, stream, pointers, None), expected)


ARGUMENTS = "struct Arguments { const float* x; float* y; int n; };\n"
ADD = ARGUMENTS + """
extern "C" __global__ void __launch_bounds__(256) add_one(const __grid_constant__ Arguments a)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < a.n) a.y[i] = __ldg(a.x + i) + 1.0f;
}
"""
SUM = ARGUMENTS + """
// A comment with __global__ void not_a_kernel( and an apostrophe's trap.
__device__ __forceinline__ float warp_sum(float v)
{
    #pragma unroll
    for (int delta = 16; delta > 0; delta >>= 1) v += __shfl_xor_sync(0xffffffffu, v, delta);
    return v;
}
extern "C" __global__ void block_sum(const __grid_constant__ Arguments a)
{
    __shared__ alignas(16) float partial[32];
    extern __shared__ __align__(16) float copy[];
    float v = 0;
    for (int i = threadIdx.x; i < a.n; i += blockDim.x) { copy[i] = a.x[blockIdx.x * a.n + i]; v += copy[i]; }
    v = warp_sum(v);
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = v;
    __syncthreads();
    if (threadIdx.x < 32) {
        v = warp_sum(threadIdx.x < blockDim.x / 32 ? partial[threadIdx.x] : 0.0f);
        if (threadIdx.x < 16) v += 0 * __shfl_down_sync(0xffffu, v, 1); else __syncwarp(0xffff0000u);
        if (threadIdx.x == 0) a.y[blockIdx.x] = v + copy[a.n - 1];
    }
}
"""


def arguments(x, y, n):
    return struct.pack("<QQi4x", x, y, n)


assert cuda.cuInit(0) == 0
open_context()
n = 1000
x, y = allocate(n, range(n)), allocate(n)
add = function(ADD, "add_one")
launch(add, (4, 1, 1), (256, 1, 1), arguments(x, y, n))
assert read(y, n) == [i + 1 for i in range(n)]

total = function(SUM, "block_sum")
launch(total, (4, 1, 1), (128, 1, 1), arguments(x, y, 250), shared=1000)
assert read(y, 4) == [sum(range(250 * b, 250 * b + 250)) + 250 * b + 249 for b in range(4)]
launch(total, (4, 1, 1), (128, 1, 1), arguments(x, y, 250), shared=60000, expected=1)
ok(cuda.cuFuncSetAttribute(total, 8, 60000))
launch(total, (4, 1, 1), (128, 1, 1), arguments(x, y, 250), shared=60000)

begun = time.time()
launch(total, (1000, 1, 1), (1024, 1, 1), arguments(x, x, 0), shared=16)
print(f"1000 blocks of 1024 threads with 6-12 waits each: {time.time() - begun:.3f} s")
begun = time.time()
for _ in range(20):
    function(ADD, "add_one")
print(f"one compilation: {(time.time() - begun) / 20 * 1000:.0f} ms")

x = allocate(n, range(n))
stream, graph, instance = P(), P(), P()
ok(cuda.cuStreamCreate(c.byref(stream), 1))
ok(cuda.cuStreamBeginCapture_v2(stream, 1))
launch(add, (4, 1, 1), (256, 1, 1), arguments(x, x, n), stream=stream)
launch(add, (4, 1, 1), (256, 1, 1), arguments(x, y, n), stream=stream)
ok(cuda.cuStreamEndCapture(stream, c.byref(graph)))
assert read(x, 2) == [0, 1]
ok(cuda.cuGraphInstantiateWithFlags(c.byref(instance), graph, 0))
for _ in range(3):
    ok(cuda.cuGraphLaunch(instance, stream))
assert read(x, 2) == [3, 4] and read(y, 2) == [4, 5]

log = compile_kernel(ADD.replace("a.n)", "a.missing)"), "broken.cu", fails=True)
assert "broken.cu:" in log and "missing" in log, log


def lost(what):
    print(f"expected next: {what}")
    return 700


def reset():
    global add, y, x
    status = P()
    ok(cuda.cuMemAlloc_v2(c.byref(status), 4), 700)
    ok(cuda.cuDevicePrimaryCtxReset_v2(0))
    ok(cuda.cuDevicePrimaryCtxRelease_v2(0))
    open_context()
    add, x, y = function(ADD, "add_one"), allocate(n, range(n)), allocate(100)


launch(add, (4, 1, 1), (256, 1, 1), arguments(x, allocate(100), 110), expected=lost("just past the end"))
reset()
launch(add, (4, 1, 1), (256, 1, 1), arguments(x, y - 4, 10), expected=lost("in front"))
reset()
launch(add, (1024, 1, 1), (256, 1, 1), arguments(x, y, 200000), expected=lost("far outside"))
reset()
launch(add, (4, 1, 1), (256, 1, 1), arguments(0, y, 10), expected=lost("a null pointer"))
reset()
total = function(SUM, "block_sum")
launch(total, (1, 1, 1), (64, 1, 1), arguments(x, y, 50), shared=100, expected=lost("past the shared memory"))
reset()
launch(function(SUM, "block_sum"), (1, 1, 1), (64, 1, 1), arguments(0, y, 50), shared=400, expected=lost("a null pointer in a fiber"))
reset()
total = function(SUM, "block_sum")
launch(total, (1, 1, 1), (64, 1, 1), arguments(x, y, 50), shared=400)
assert read(y, 1) == [sum(range(50)) + 49]
cuda.evergraphEmulatorSet(b"EVERGRAPH_EMULATOR_FAIL", b"add_one")
launch(add, (1, 1, 1), (1, 1, 1), arguments(x, y, 1), expected=lost("the failure asked for"))
cuda.evergraphEmulatorSet(b"EVERGRAPH_EMULATOR_FAIL", b"")
reset()
cuda.evergraphEmulatorSet(b"EVERGRAPH_EMULATOR_MEMORY", b"10000")
ok(cuda.cuMemAlloc_v2(c.byref(P()), 20000), 2)
deadlock = function(ARGUMENTS + 'extern "C" __global__ void stuck(Arguments a) { if (threadIdx.x < 32) __syncwarp(); else __syncthreads();'
    " if (threadIdx.x == 0) __syncwarp(1); if (threadIdx.x == 1) __syncwarp(3); else __syncthreads(); }", "stuck")
print("expected next: threads that wait for each other")
launch(deadlock, (1, 1, 1), (64, 1, 1), arguments(0, 0, 0), expected=702)
print("the emulator works")
