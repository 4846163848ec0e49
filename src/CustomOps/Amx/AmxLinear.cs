using Evergraph.CustomOps.Kernels;

namespace Evergraph.CustomOps.Amx;

/// <summary>y = x·wᵀ + b on the matrix unit, for many rows.</summary>
internal static unsafe class AmxLinear
{
    // Rows that are packed at once: each panel reads and splits the weight once more.
    private const int PanelRows = 512;

    // Terms between two visits of a sum: a chunk of 32 rows fits into the first-level cache.
    private const int ChunkSteps = 8;

    // Column blocks that one piece of work takes: each chunk of rows is read as often from the first-level cache.
    private const int GroupBlocks = 8;

    private const int ChunkBytes = ChunkSteps * AmxBlock.StepBytes;

    // The parts of a chunk of columns, of the thread that multiplies by them.
    [ThreadStatic]
    private static AmxBuffer? t_chunk;

    /// <summary>Computes the product.</summary>
    /// <param name="x">[rows, K].</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="weight">[N, K], packed and finite.</param>
    /// <param name="bias">[N], or null.</param>
    /// <param name="result">[rows, N].</param>
    /// <returns>Whether all of x is finite; otherwise the result is not complete.</returns>
    public static bool Run(float* x, int rows, AmxWeight weight, float* bias, float* result)
    {
        long blockBytes = AmxPacking.BlockBytes(weight.Terms);
        using var buffer = AmxBuffers.Rent(blockBytes * AmxPacking.Blocks(Math.Min(rows, PanelRows)));
        bool finite = true;
        for (int first = 0; first < rows && finite; first += PanelRows)
        {
            var panel = new Panel(weight, bias, result + ((long)first * weight.Columns), Math.Min(PanelRows, rows - first), buffer.Pointer, blockBytes);
            finite = panel.Pack(x + ((long)first * weight.Terms));
            if (finite)
                panel.Multiply();
        }

        return finite;
    }

    /// <summary>Up to <see cref="PanelRows"/> rows.</summary>
    private sealed class Panel(AmxWeight weight, float* bias, float* result, int rows, byte* packed, long blockBytes)
    {
        private readonly int _rowBlocks = AmxPacking.Blocks(rows);
        private readonly int _columnBlocks = AmxPacking.Blocks(weight.Columns);
        private readonly int _steps = AmxPacking.Steps(weight.Terms);
        private bool _finite = true;

        public bool Pack(float* x)
        {
            ParallelLoop.Run(_rowBlocks, block =>
            {
                int first = (int)block * AmxBlock.Size;
                if (!AmxPacking.PackLeft(x + ((long)first * weight.Terms), Math.Min(AmxBlock.Size, rows - first), weight.Terms, packed + (block * blockBytes)))
                    Volatile.Write(ref _finite, false);
            });
            return _finite;
        }

        public void Multiply() => ParallelLoop.Run((_columnBlocks + GroupBlocks - 1) / GroupBlocks, group =>
        {
            int first = (int)group * GroupBlocks, end = Math.Min(_columnBlocks, first + GroupBlocks);
            var chunk = t_chunk ??= new(GroupBlocks * ChunkBytes);
            AmxBlock.Enter();
            MultiplyGroup(first, end, chunk.Pointer);
            AmxBlock.Leave();
        });

        private void MultiplyGroup(int firstColumn, int endColumn, byte* chunk)
        {
            for (int step = 0; step < _steps; step += ChunkSteps)
            {
                int steps = Math.Min(ChunkSteps, _steps - step);
                for (int column = firstColumn; column < endColumn; column++)
                    AmxPacking.SplitRight(weight.Block(column, step), steps, chunk + ((column - firstColumn) * ChunkBytes));
                for (int row = 0; row < _rowBlocks; row++)
                {
                    for (int column = firstColumn; column < endColumn; column++)
                        Multiply(row, column, step, steps, chunk + ((column - firstColumn) * ChunkBytes));
                }
            }
        }

        private void Multiply(int row, int column, int step, int steps, byte* right)
        {
            byte* left = packed + (row * blockBytes) + ((long)step * AmxBlock.StepBytes);
            float* target = result + ((long)row * AmxBlock.Size * weight.Columns) + (column * AmxBlock.Size);
            int height = Math.Min(AmxBlock.Size, rows - (row * AmxBlock.Size)), width = Math.Min(AmxBlock.Size, weight.Columns - (column * AmxBlock.Size));
            if (step == 0 && bias != null)
                FillBias(target, column, height, width);
            bool goesOn = step > 0 || bias != null;
            if (height == AmxBlock.Size && width == AmxBlock.Size)
                AmxBlock.Multiply(left, right, target, steps, weight.Columns * sizeof(float), goesOn);
            else
                MultiplyEdge(left, right, target, steps, height, width, goesOn);
        }

        /// <summary>A block that reaches beyond the result is computed beside it.</summary>
        private void MultiplyEdge(byte* left, byte* right, float* target, int steps, int height, int width, bool goesOn)
        {
            float* block = stackalloc float[AmxBlock.Size * AmxBlock.Size];
            for (int i = 0; i < height && goesOn; i++)
                new ReadOnlySpan<float>(target + ((long)i * weight.Columns), width).CopyTo(new(block + (i * AmxBlock.Size), width));
            AmxBlock.Multiply(left, right, block, steps, AmxBlock.Size * sizeof(float), goesOn);
            for (int i = 0; i < height; i++)
                new ReadOnlySpan<float>(block + (i * AmxBlock.Size), width).CopyTo(new(target + ((long)i * weight.Columns), width));
        }

        private void FillBias(float* target, int column, int height, int width)
        {
            var values = new ReadOnlySpan<float>(bias + (column * AmxBlock.Size), width);
            for (int i = 0; i < height; i++)
                values.CopyTo(new(target + ((long)i * weight.Columns), width));
        }
    }
}
