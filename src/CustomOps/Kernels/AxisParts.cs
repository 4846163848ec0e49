namespace Evergraph.CustomOps;

/// <summary>Cutting axes of different sizes into the same number of parts, as query heads and the fewer key heads are.</summary>
internal static class AxisParts
{
    /// <summary>Whether <paramref name="other"/> can be divided into as many parts as <paramref name="whole"/> has.</summary>
    public static bool CutAlike(Dim whole, Dim part, Dim other) =>
        whole.TryGetConstant(out long size)
        && part.TryGetConstant(out long piece)
        && other.TryGetConstant(out long otherSize)
        && piece > 0
        && size % piece == 0
        && otherSize % (size / piece) == 0;
}
