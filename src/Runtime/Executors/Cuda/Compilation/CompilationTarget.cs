using System.Globalization;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>What NVRTC compiles for: a device's machine code, or PTX that the driver translates.</summary>
/// <param name="Name">The value of <c>--gpu-architecture</c>, such as <c>sm_90a</c> or <c>compute_90</c>.</param>
internal readonly record struct CompilationTarget(string Name)
{
    /// <summary>Whether the result is PTX.</summary>
    public bool IsPtx => Name.StartsWith("compute_", StringComparison.Ordinal);

    /// <summary>
    /// The nearest to a device's architecture that an NVRTC knows. Machine code runs on later devices of the same first number, so for a
    /// device newer than NVRTC an earlier architecture of its generation is taken, without the features (<c>a</c>) that bind to one device;
    /// where there is none, PTX of the latest generation before it, which the driver translates.
    /// </summary>
    /// <param name="architecture">The device's, such as <c>sm_90a</c>.</param>
    /// <param name="supported">What NVRTC knows: 10 · major + minor each.</param>
    /// <returns>The target, or null where all that NVRTC knows is newer than the device.</returns>
    /// <exception cref="ArgumentException">It is no architecture.</exception>
    public static CompilationTarget? Nearest(string architecture, ReadOnlySpan<int> supported)
    {
        int number = Number(architecture);
        int nearest = 0;
        foreach (int known in supported)
        {
            if (known <= number)
                nearest = Math.Max(nearest, known);
        }

        if (nearest == 0)
            return null;
        return new(
            nearest == number ? architecture
            : nearest / 10 == number / 10 ? string.Create(CultureInfo.InvariantCulture, $"sm_{nearest}")
            : string.Create(CultureInfo.InvariantCulture, $"compute_{nearest}"));
    }

    private static int Number(string architecture)
    {
        var digits = architecture.StartsWith("sm_", StringComparison.Ordinal) ? architecture.AsSpan(3).TrimEnd("af") : default;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException($"architecture: expected one such as sm_80 or sm_90a, given {architecture}", nameof(architecture));
    }
}
