using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evergraph.CustomOps.Amx;

/// <summary>Int8 products on the matrix unit: quantised rows by an ordered weight, brought back to float32 block by block.</summary>
/// <param name="weight">The weight.</param>
/// <param name="columnScales">A factor for each column; as many as blocks have columns.</param>
/// <param name="corrections">What is subtracted from each column's sums; as many.</param>
/// <param name="bias">One for each column, or null.</param>
internal sealed unsafe class AmxInt8Linear(AmxInt8Weight weight, float[] columnScales, int[] corrections, float[]? bias)
{
    // Rows that are packed at once; the weight is read once for each panel.
    private const int PanelRows = 512;

    /// <summary>Quantises some rows into a block: first row, rows, the block, the rows' factors; and whether that can be done.</summary>
    public delegate bool PackRows(int first, int rows, byte* target, float* scales);

    /// <summary>Computes the product.</summary>
    /// <returns>Whether all rows could be quantised; otherwise the result is not complete.</returns>
    public bool Run(int rows, PackRows pack, float* result)
    {
        long blockBytes = (long)weight.Steps * AmxBlock.Int8StepBytes;
        int panelBlocks = AmxPacking.Blocks(Math.Min(rows, PanelRows));
        using var packed = AmxBuffers.Rent((panelBlocks * blockBytes) + (panelBlocks * AmxBlock.Size * sizeof(float)));
        byte* left = packed.Pointer;
        float* scales = (float*)(left + (panelBlocks * blockBytes));
        for (int first = 0; first < rows; first += PanelRows)
        {
            int start = first, count = Math.Min(PanelRows, rows - first), blocks = AmxPacking.Blocks(count);
            bool finite = true;
            ParallelLoop.Run(blocks, block =>
            {
                int row = (int)block * AmxBlock.Size;
                if (!pack(start + row, Math.Min(AmxBlock.Size, count - row), left + (block * blockBytes), scales + row))
                    Volatile.Write(ref finite, false);
            });
            if (!finite)
                return false;
            ParallelLoop.Run(weight.Blocks, column =>
            {
                int* sums = stackalloc int[AmxBlock.Size * AmxBlock.Size];
                AmxBlock.Enter();
                for (int block = 0; block < blocks; block++)
                {
                    AmxBlock.MultiplyInt8(left + (block * blockBytes), weight.Block((int)column), sums, weight.Steps);
                    ScaleBack(sums, start + (block * AmxBlock.Size), Math.Min(AmxBlock.Size, count - (block * AmxBlock.Size)), (int)column, scales + (block * AmxBlock.Size), result);
                }

                AmxBlock.Leave();
            });
        }

        return true;
    }

    /// <summary>y[i, j] = (sum[i, j] − correction[j]) · row scale[i] · column scale[j] + bias[j].</summary>
    private void ScaleBack(int* sums, int firstRow, int rows, int block, float* scales, float* result)
    {
        int first = block * AmxBlock.Size, width = Math.Min(AmxBlock.Size, weight.Columns - first);
        for (int row = 0; row < rows; row++)
        {
            float* target = result + ((long)(firstRow + row) * weight.Columns) + first;
            int* sum = sums + (row * AmxBlock.Size);
            if (width < AmxBlock.Size)
            {
                for (int j = 0; j < width; j++)
                    target[j] = ((float)(sum[j] - corrections[first + j]) * scales[row] * columnScales[first + j]) + (bias is null ? 0 : bias[first + j]);
                continue;
            }

            var rowScale = Vector512.Create(scales[row]);
            for (int j = 0; j < AmxBlock.Size; j += Vector512<float>.Count)
            {
                var y = Vector512.ConvertToSingle(Vector512.Load(sum + j) - Vector512.Create(corrections, first + j)) * rowScale * Vector512.Create(columnScales, first + j);
                (bias is null ? y : y + Vector512.Create(bias, first + j)).Store(target + j);
            }
        }
    }
}
