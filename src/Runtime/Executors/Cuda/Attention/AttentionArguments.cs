using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>The parameter of every attention kernel: <c>attention::Arguments</c> of <c>attention_arguments.cuh</c>, field for field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AttentionArguments
{
    public AttentionOperand Queries;
    public AttentionOperand Keys;
    public AttentionOperand Values;
    public AttentionOperand Result;
    public AttentionMask Mask;
    public nint Partial;
    public double Scale;
    public int Batch;
    public int KeyHeads;
    public int Group;
    public int QueryCount;
    public int KeyCount;
    public int HeadSize;
    public int ValueSize;
    public int RowTiles;
    public int Splits;
    public int TilesPerSplit;
    public int Causal;
    public uint Fold;
}
