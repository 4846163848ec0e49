namespace Evergraph.Runtime.Cuda;

/// <summary>How graphs run on the CUDA backend.</summary>
public sealed record CudaOptions
{
    /// <summary>The number of the device; rank r of a split graph takes the r-th after it, around all that there are.</summary>
    public int Device { get; init; }

    /// <summary>
    /// For how many different sizes of inputs the launches of a run are recorded, to be replayed as one when the sizes come again; 0 to launch
    /// each kernel every time. The ones used least recently are forgotten. Nothing is compiled for it.
    /// </summary>
    public int Replays { get; init; } = 64;

    /// <summary>Where compiled kernels, and times of maybe-FlashComm layers, are kept: null for the user's folder for caches, empty for nowhere.</summary>
    public string? KernelCache { get; init; }

    /// <summary>Whether the algorithm of a product is chosen by timing the library's first few suggestions at the first use of a size class.</summary>
    public bool TuneProducts { get; init; }

    /// <summary>Whether float32 products may round their operands to TF32, ten bits of mantissa, which is several times faster.</summary>
    public bool AllowTf32 { get; init; }

    /// <summary>Whether each step is waited for: slow, but an error then names the node.</summary>
    public bool Synchronous { get; init; }

    /// <summary>Where collectives and maybe-FlashComm operators of a split graph communicate.</summary>
    public DeviceCommunication Communication { get; init; }

    /// <summary>Whether ranks may use each other's device memory; without it their collectives are NCCL's, and nothing overlaps.</summary>
    public bool PeerAccess { get; init; } = true;

    /// <summary>
    /// Whether maybe-FlashComm operators time their ways to run when their ranks first meet, some tens of milliseconds a layer shape, and then
    /// overlap where it is faster; a threshold that was chosen wins. Otherwise they overlap above their threshold in the usual way.
    /// </summary>
    public bool CalibrateFlashComm { get; init; } = true;

    /// <summary>
    /// Whether the partial sums of W8A8 row layers with bfloat16 results may travel between devices as numbers of ten bits under a scale for each 16 tokens of a
    /// feature. That is two thirds of the bytes, and over all more exact than bfloat16; a token whose feature is some hundred times as large as in its neighbours costs them digits.
    /// </summary>
    public bool PackSums { get; init; } = true;

    /// <summary>The way that maybe-FlashComm operators go above their threshold, where they have it; null for what calibration says.</summary>
    internal FlashComm.FlashCommVariant? FlashCommVariant { get; init; }
}
