using System.Buffers;
using System.Numerics;
using Evergraph.CustomOps.Vectorized;

namespace Evergraph.CustomOps.Aten;

/// <summary>A block of a convolution's result: some outputs of one group of one item, at up to 64 places.</summary>
internal readonly unsafe struct ConvolutionBlock<T>(
    T* input, T* weight, T* bias, T* result, ConvolutionWindow window, int channels, int outputs, int groups) : IGemmBlock
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public void Run(int batch, int row, int rows, int column, int columns)
    {
        int taps = channels * window.KernelHeight * window.KernelWidth;
        int places = window.OutHeight * window.OutWidth;
        T* source = input + ((nint)batch * channels * window.Height * window.Width);
        T* target = result + ((((nint)batch * outputs) + row) * places) + column;
        int output = (batch % groups * outputs) + row;
        T[] packed = ArrayPool<T>.Shared.Rent(checked(taps * GemmBlocks.Columns));
        fixed (T* under = packed)
        {
            Gather(source, under, column, columns);
            GemmOuter<T>.Run(weight + ((nint)output * taps), taps, under, GemmBlocks.Columns, target, places, rows, columns, taps);
        }

        ArrayPool<T>.Shared.Return(packed);
        for (int i = 0; bias != null && i < rows; i++)
        {
            var sums = new Span<T>(target + ((nint)i * places), columns);
            TensorPrimitives.Add(sums, bias[output + i], sums);
        }
    }

    /// <summary>For each tap of the kernel a row with the input under it at each place, 0 in the padding.</summary>
    private void Gather(T* source, T* under, int column, int columns)
    {
        long* tops = stackalloc long[GemmBlocks.Columns];
        long* lefts = stackalloc long[GemmBlocks.Columns];
        for (int i = 0; i < columns; i++)
        {
            tops[i] = ((column + i) / window.OutWidth * window.StrideHeight) - window.PadTop;
            lefts[i] = ((column + i) % window.OutWidth * window.StrideWidth) - window.PadLeft;
        }

        for (int channel = 0; channel < channels; channel++, source += (nint)window.Height * window.Width)
        {
            for (int tapRow = 0; tapRow < window.KernelHeight; tapRow++)
            {
                for (int tapColumn = 0; tapColumn < window.KernelWidth; tapColumn++, under += GemmBlocks.Columns)
                {
                    for (int i = 0; i < columns; i++)
                    {
                        long y = tops[i] + (tapRow * window.DilationHeight), x = lefts[i] + (tapColumn * window.DilationWidth);
                        // As unsigned numbers, negative ones are above every size.
                        bool inside = (ulong)y < (ulong)window.Height && (ulong)x < (ulong)window.Width;
                        under[i] = inside ? source[(nint)((y * window.Width) + x)] : T.Zero;
                    }

                    new Span<T>(under + columns, GemmBlocks.Columns - columns).Clear();
                }
            }
        }
    }
}
