namespace Evergraph.Graph;

/// <summary>
/// What a <see cref="Dim"/> may grow to. Real models stay two orders of magnitude below; the limits are for files
/// that are made to exhaust time or memory. Passing one raises <see cref="DimLimitException"/>.
/// </summary>
public static class DimLimits
{
    /// <summary>The most terms of one polynomial.</summary>
    public const int Terms = 4096;

    /// <summary>The most nodes of one expression written out as a tree.</summary>
    public const int Size = 32768;

    /// <summary>The deepest nesting of floor-divisions, minima and maxima.</summary>
    public const int Depth = 64;

    /// <summary>The highest total degree of one term.</summary>
    public const int Degree = 64;

    /// <summary>The most arguments of one minimum or maximum.</summary>
    public const int Arguments = 64;

    /// <summary>The longest text that is parsed, in characters.</summary>
    public const int TextLength = 1 << 20;

    internal static void Check(long given, int limit, string what)
    {
        if (given > limit)
            throw new DimLimitException($"symbolic size is too large: at most {limit} {what}, given {given}; compute it from fewer symbols, or inside an operator");
    }
}
