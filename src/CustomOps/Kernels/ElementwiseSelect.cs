using System.Runtime.InteropServices;

namespace Evergraph.CustomOps.Kernels;

/// <summary>Takes each element from one of two tensors by a condition.</summary>
public static class ElementwiseSelect
{
    /// <summary>Elements of <paramref name="a"/> where the condition is true, of <paramref name="b"/> elsewhere, converted.</summary>
    public static Tensor Run(Tensor condition, Tensor a, Tensor b, DType dtype)
    {
        if (a.DType != dtype)
            a = Casts.To(a, dtype);
        if (b.DType != dtype)
            b = Casts.To(b, dtype);
        var result = Tensor.Empty(dtype, Broadcast.Sizes(condition.Sizes, Broadcast.Sizes(a.Sizes, b.Sizes)));
        // Only bits are moved, so the width of an element is all that counts.
        switch (dtype.Size())
        {
            case 1:
                Run<byte>(condition, a, b, result);
                break;
            case 2:
                Run<ushort>(condition, a, b, result);
                break;
            case 4:
                Run<uint>(condition, a, b, result);
                break;
            default:
                Run<ulong>(condition, a, b, result);
                break;
        }

        return result;
    }

    private static void Run<T>(Tensor condition, Tensor a, Tensor b, Tensor result)
        where T : unmanaged
    {
        var choices = condition.ReadOnlySpan<bool>();
        var left = MemoryMarshal.Cast<byte, T>(a.ReadOnlyBytes());
        var right = MemoryMarshal.Cast<byte, T>(b.ReadOnlyBytes());
        var target = MemoryMarshal.Cast<byte, T>(result.Bytes());
        var runs = new BroadcastRuns(result.Sizes, condition.Sizes, a.Sizes, b.Sizes);
        int stepOfChoice = runs.IsRepeated(0) ? 0 : 1;
        int stepOfA = runs.IsRepeated(1) ? 0 : 1;
        int stepOfB = runs.IsRepeated(2) ? 0 : 1;
        while (runs.MoveNext())
        {
            int choice = runs.StartOf(0);
            int x = runs.StartOf(1);
            int y = runs.StartOf(2);
            var part = target.Slice(runs.Start, runs.Length);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = choices[choice] ? left[x] : right[y];
                choice += stepOfChoice;
                x += stepOfA;
                y += stepOfB;
            }
        }
    }
}
