// What the emulated NVRTC must know of a source, and the one thing it rewrites in it.
#pragma once
#include <string>
#include <vector>

// Names of the __global__ functions that are not templates.
std::vector<std::string> kernelNames(const std::string& source);

// `extern __shared__ T name[];` becomes a pointer to the block's dynamic shared memory.
std::string rewriteSharedMemory(const std::string& source);
