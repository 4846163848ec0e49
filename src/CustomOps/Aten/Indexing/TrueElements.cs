namespace Evergraph.CustomOps.Aten;

/// <summary>The elements that are not zero.</summary>
internal static class TrueElements
{
    /// <summary>Their places in row-major order.</summary>
    public static long[] Of(Tensor tensor)
    {
        var truth = Scratch.As(tensor, DType.Bool).ReadOnlySpan<bool>();
        var places = new long[truth.Count(true)];
        int count = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            if (truth[i])
                places[count++] = i;
        }

        return places;
    }
}
