using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Amx;

/// <summary>
/// Brings rows of float32 into the order in which <see cref="AmxBlock"/> reads them: for each 32 rows and each 32 terms, three parts of two
/// tiles. What is missing at the ends is 0.
/// </summary>
internal static unsafe class AmxPacking
{
    /// <summary>Numbers that 32 columns have in one step, ordered.</summary>
    public const int OrderedStep = AmxBlock.Size * AmxBlock.Depth;

    private const int TileRows = 16;

    // 16 pairs of terms of 16 columns.
    private const int TileFloats = TileRows * TileRows * 2;

    /// <summary>Bytes that 32 rows of a matrix take.</summary>
    public static long BlockBytes(int terms) => (long)Steps(terms) * AmxBlock.StepBytes;

    /// <summary>Steps that a sum takes.</summary>
    public static int Steps(int terms) => (terms + AmxBlock.Depth - 1) / AmxBlock.Depth;

    /// <summary>Blocks of 32 that rows or columns make.</summary>
    public static int Blocks(int rows) => (rows + AmxBlock.Size - 1) / AmxBlock.Size;

    /// <summary>Packs up to 32 rows as the left operand: a tile's row is 32 terms of one row.</summary>
    /// <returns>Whether all numbers are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool PackLeft(float* source, int rows, int terms, byte* target)
    {
        var bad = Vector512<uint>.Zero;
        int steps = Steps(terms);
        for (int row = 0; row < AmxBlock.Size; row++)
        {
            byte* tileRow = target + ((row / TileRows) * AmxBlock.TileBytes) + (row % TileRows * 64);
            for (int step = 0; step < steps; step++)
            {
                byte* place = tileRow + ((long)step * AmxBlock.StepBytes);
                int at = step * AmxBlock.Depth;
                var (low, high) = row < rows
                    ? (Load(source + ((long)row * terms), at, terms), Load(source + ((long)row * terms), at + 16, terms))
                    : default;
                bad |= SplitFloat.IsNotFinite(low) | SplitFloat.IsNotFinite(high);
                SplitFloat.Split(low, high, out var first, out var second, out var third);
                first.Store((ushort*)place);
                second.Store((ushort*)(place + (2 * AmxBlock.TileBytes)));
                third.Store((ushort*)(place + (4 * AmxBlock.TileBytes)));
            }
        }

        return bad == Vector512<uint>.Zero;
    }

    /// <summary>
    /// Brings up to 32 rows of a weight, which are columns of the right operand, into the order of its tiles, still as float32: for each 32 terms
    /// and each 16 columns, one pair of terms after the other, the columns side by side.
    /// </summary>
    /// <returns>Whether all numbers are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool OrderRight(float* source, int rows, int terms, float* target)
    {
        var bad = Vector512<uint>.Zero;
        float* row = stackalloc float[AmxBlock.Depth];
        int steps = Steps(terms);
        for (int column = 0; column < AmxBlock.Size; column++)
        {
            for (int step = 0; step < steps; step++)
            {
                int at = step * AmxBlock.Depth;
                var (low, high) = column < rows
                    ? (Load(source + ((long)column * terms), at, terms), Load(source + ((long)column * terms), at + TileRows, terms))
                    : default;
                bad |= SplitFloat.IsNotFinite(low) | SplitFloat.IsNotFinite(high);
                low.Store(row);
                high.Store(row + TileRows);
                long* place = (long*)(target + ((long)step * OrderedStep) + (column / TileRows * TileFloats)) + (column % TileRows);
                for (int pair = 0; pair < TileRows; pair++)
                    place[pair * TileRows] = ((long*)row)[pair];
            }
        }

        return bad == Vector512<uint>.Zero;
    }

    /// <summary>Splits ordered columns into the tiles that <see cref="AmxBlock"/> reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SplitRight(float* ordered, int steps, byte* target)
    {
        for (int step = 0; step < steps; step++)
        {
            for (int half = 0; half < 2; half++)
            {
                byte* tile = target + (half * AmxBlock.TileBytes);
                for (int row = 0; row < TileRows; row++)
                {
                    SplitFloat.Split(Vector512.Load(ordered), Vector512.Load(ordered + 16), out var first, out var second, out var third);
                    first.Store((ushort*)tile);
                    second.Store((ushort*)(tile + (2 * AmxBlock.TileBytes)));
                    third.Store((ushort*)(tile + (4 * AmxBlock.TileBytes)));
                    ordered += 32;
                    tile += 64;
                }
            }

            target += AmxBlock.StepBytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* row, int at, int terms) => at + 16 <= terms ? Vector512.Load(row + at) : LoadTail(row, at, terms);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadTail(float* row, int at, int terms)
    {
        float* padded = stackalloc float[16];
        Vector512<float>.Zero.Store(padded);
        for (int i = 0; at + i < terms; i++)
            padded[i] = row[at + i];
        return Vector512.Load(padded);
    }
}
