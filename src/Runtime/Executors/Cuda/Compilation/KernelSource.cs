using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>A kernel to compile. Equal sources are compiled once.</summary>
/// <param name="Name">The <c>extern "C" __global__</c> function.</param>
/// <param name="Text">CUDA C++17 without includes.</param>
/// <param name="Options">NVRTC's options beyond those that every kernel gets, such as <c>--use_fast_math</c>.</param>
internal sealed record KernelSource(string Name, string Text, EquatableArray<string> Options);
