namespace Evergraph.CustomOps.Amx;

/// <summary>
/// A weight [N, K] of int8 in the order of the matrix unit's tiles: for each 64 terms and each 16 columns, fours of terms one after the other, the
/// columns side by side. With it the sum of each column's terms, by which a zero-point is corrected.
/// </summary>
internal sealed unsafe class AmxInt8Weight
{
    private const int Quads = 16;
    private readonly AmxBuffer _buffer;

    /// <summary>Orders a weight, shared among the cores.</summary>
    public AmxInt8Weight(Tensor weight)
    {
        (Columns, Terms) = ((int)weight.Sizes[0], (int)weight.Sizes[1]);
        Steps = (Terms + AmxBlock.Int8Depth - 1) / AmxBlock.Int8Depth;
        Blocks = AmxPacking.Blocks(Columns);
        _buffer = new((long)Blocks * Steps * AmxBlock.Int8StepBytes);
        Sums = new int[Blocks * AmxBlock.Size];
        using var pin = weight.Storage.Pin();
        sbyte* source = (sbyte*)(pin.Pointer + (nint)weight.ByteOffset);
        ParallelLoop.Run(Blocks, block => Order(source, (int)block));
    }

    /// <summary>N.</summary>
    public int Columns { get; }

    /// <summary>K.</summary>
    public int Terms { get; }

    /// <summary>Steps of a sum.</summary>
    public int Steps { get; }

    /// <summary>Blocks of 32 columns.</summary>
    public int Blocks { get; }

    /// <summary>For each column the sum of its terms; 0 beyond the last.</summary>
    public int[] Sums { get; }

    /// <summary>A block of 32 columns.</summary>
    public byte* Block(int block) => _buffer.Pointer + ((long)block * Steps * AmxBlock.Int8StepBytes);

    private void Order(sbyte* source, int block)
    {
        byte* target = Block(block);
        new Span<byte>(target, Steps * AmxBlock.Int8StepBytes).Clear();
        int count = Math.Min(AmxBlock.Size, Columns - (block * AmxBlock.Size));
        for (int column = 0; column < count; column++)
        {
            sbyte* row = source + (((long)block * AmxBlock.Size) + column) * Terms;
            byte* tile = target + (column / 16 * AmxBlock.TileBytes) + (column % 16 * 4);
            int sum = 0;
            for (int term = 0; term < Terms; term++)
            {
                sum += row[term];
                tile[((long)(term / AmxBlock.Int8Depth) * AmxBlock.Int8StepBytes) + (term % AmxBlock.Int8Depth / 4 * 4 * Quads) + (term % 4)] = (byte)row[term];
            }

            Sums[(block * AmxBlock.Size) + column] = sum;
        }
    }
}
