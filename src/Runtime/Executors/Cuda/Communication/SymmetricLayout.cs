using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>
/// What lies where in the memory that each rank opens to the others: a head for its own kernels, flags that others set, for slots and then for tiles, and three buffers.
/// </summary>
/// <remarks>
/// A graph's calls take the buffers in turn, neighbours never the same one (see <see cref="BufferOf"/>). That makes waiting for readers needless:
/// a rank that has finished call k has heard from every rank (in a ring through the others) that it began call k, and so, because work on a rank
/// follows in order, that it finished call k − 1. So whoever begins call k + 1 may write where call k − 1 was read.
/// </remarks>
internal static class SymmetricLayout
{
    /// <summary>The most ranks; the kernels' sets of ranks have as many bits.</summary>
    public const int MostRanks = 64;

    /// <summary>The flags that a rank has at another in each buffer.</summary>
    public const int Slots = 64;

    /// <summary>The flags for parcels of a fused product that a rank has at another in each buffer.</summary>
    public const int Parcels = 2048;

    /// <summary>How many buffers there are.</summary>
    public const int Buffers = 3;

    /// <summary>Where what flags are set to lies in the head.</summary>
    public const int WordAt = 8;

    /// <summary>Where the flags begin.</summary>
    public const int FlagsAt = 4096;

    /// <summary>The alignment of buffers.</summary>
    public const long BufferAlignment = 1 << 16;

    /// <summary>Where the buffers begin.</summary>
    public static long BuffersAt { get; } = Alignment.Up(FlagsAt + (Buffers * MostRanks * (Slots + Parcels) * sizeof(ulong)), BufferAlignment);

    /// <summary>Where a flag lies.</summary>
    public static int FlagAt(int buffer, int source, int slot) => FlagsAt + (((((buffer * MostRanks) + source) * Slots) + slot) * sizeof(ulong));

    /// <summary>
    /// The buffer of a run's i-th exchange: 0, 1, 2, 1, 2 … Neighbours differ, and so do the last and the next run's first, if there are two at least.
    /// It depends on the place in the run only, so that a recorded run can be replayed.
    /// </summary>
    public static int BufferOf(int exchange) => exchange == 0 ? 0 : 1 + ((exchange - 1) % 2);
}
