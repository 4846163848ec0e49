using System.Numerics;
using Evergraph.CustomOps.Vectorized;

namespace Evergraph.CustomOps.Aten;

/// <summary>
/// Convolution (cross-correlation, as in PyTorch) as a matrix product: the weight [out, channels·kernel] times a matrix
/// that holds, for each place of the result, the part of the input under the kernel. That matrix is made a few columns at a
/// time, in the layout that the product packs its operand to anyway.
/// </summary>
internal static class Convolutions
{
    /// <summary>Convolves; the lists have one value for each spatial dimension, one or two.</summary>
    /// <param name="input">[batch, channels, spatial...], or without batch.</param>
    /// <param name="weight">[out, channels/groups, kernel...].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Steps between places.</param>
    /// <param name="padBefore">Zeros before the input.</param>
    /// <param name="padTotal">Zeros before and after the input.</param>
    /// <param name="dilation">Steps between the kernel's taps.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    public static Tensor Run(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padBefore, long[] padTotal, long[] dilation, long groups)
    {
        int dimensions = stride.Length;
        long[] sizes = input.Sizes.ToArray();
        sizes[^(dimensions + 1)] = weight.Sizes[0];
        for (int i = 0; i < dimensions; i++)
        {
            int axis = sizes.Length - dimensions + i;
            sizes[axis] = ((sizes[axis] + padTotal[i] - (dilation[i] * (weight.Sizes[2 + i] - 1)) - 1) / stride[i]) + 1;
        }

        using var x = Widened.Read(input);
        using var w = Widened.Read(weight);
        using var added = Widened.ReadOptional(bias);
        using var result = Widened.Write(Tensor.Empty(input.DType, sizes));
        var window = ConvolutionWindow.Of(input.Sizes, weight.Sizes, sizes, stride, padBefore, dilation);
        long batches = input.Rank == dimensions + 2 ? input.Sizes[0] : 1;
        if (x.Tensor.DType == DType.Float64)
            Run<double>(x.Tensor, w.Tensor, added.Tensor, result.Tensor, window, batches, (int)groups);
        else
            Run<float>(x.Tensor, w.Tensor, added.Tensor, result.Tensor, window, batches, (int)groups);
        return result.Round();
    }

    private static unsafe void Run<T>(
        Tensor input, Tensor weight, Tensor? bias, Tensor result, ConvolutionWindow window, long batches, int groups)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (T* x = input.ReadOnlySpan<T>(), w = weight.ReadOnlySpan<T>(), y = result.Span<T>())
        {
            fixed (T* added = bias is null ? [] : bias.ReadOnlySpan<T>())
            {
                int channels = (int)weight.Sizes[1], outputs = (int)weight.Sizes[0] / groups;
                int places = window.OutHeight * window.OutWidth;
                int taps = channels * window.KernelHeight * window.KernelWidth;
                var block = new ConvolutionBlock<T>(x, w, added, y, window, channels, outputs, groups);
                GemmBlocks.Run(block, batches * groups, outputs, places, taps);
            }
        }
    }
}
