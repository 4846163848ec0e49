using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>What the kernels of <c>shard_arguments.cuh</c> take; see there.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ShardArguments
{
    public nint Control;
    public nint Fault;
    public nint X;
    public nint Bias;
    public nint Result;
    public long Buffer;
    public long Items;
    public int Outer;
    public int Size;
    public int Part;
    public int Inner;
    public int Ranks;
    public int Rank;
    public int Tokens;
    public int BufferNumber;
    public int Node;
    public int Slots;
    public int SlotRows;
}

/// <summary>What the kernel of <c>exchange.cu</c> takes; see there.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExchangeArguments
{
    public nint Control;
    public nint Fault;
    public ulong Signals;
    public ulong Waits;
    public int Begins;
    public int Tokens;
    public int Buffer;
    public int SignalSlot;
    public int WaitSlot;
    public int Node;
}
