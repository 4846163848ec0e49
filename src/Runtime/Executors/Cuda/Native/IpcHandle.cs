using System.Runtime.CompilerServices;

namespace Evergraph.Runtime.Cuda.Native;

/// <summary>CUipcMemHandle: what one process tells another so that it can open a block of device memory.</summary>
[InlineArray(64)]
internal struct IpcHandle
{
    private byte _first;
}
