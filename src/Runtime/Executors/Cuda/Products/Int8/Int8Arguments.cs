using System.Runtime.InteropServices;

namespace Evergraph.Runtime.Cuda.Products.Int8;

/// <summary>The kernel's parameter: <c>int8_product::Arguments</c> of <c>int8_arguments.cuh</c>, field for field. It ends at a multiple of a map's alignment.</summary>
[StructLayout(LayoutKind.Sequential, Size = 384)]
internal struct Int8Arguments
{
    public TensorMap XMap;
    public TensorMap WeightMap;
    public nint X;
    public nint Weight;
    public nint WeightSums;
    public nint WeightScale;
    public nint Addend;
    public nint Bias;
    public nint Result;
    public float Scale;
    public float ScaleRest;
    public int Rows;
    public int Columns;
    public int Depth;
    public int ZeroPoint;
    public int RowTiles;
    public int ColumnTiles;
    public int Band;
}
