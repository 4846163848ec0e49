namespace Evergraph.Runtime.Cuda.Native;

/// <summary>The constants of the driver's header that the backend uses.</summary>
internal static class DriverValues
{
    /// <summary>CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT.</summary>
    public const int MultiprocessorCount = 16;

    /// <summary>CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR.</summary>
    public const int ComputeCapabilityMajor = 75;

    /// <summary>CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR.</summary>
    public const int ComputeCapabilityMinor = 76;

    /// <summary>CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN.</summary>
    public const int MaxSharedMemoryPerBlockOptIn = 97;

    /// <summary>CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.</summary>
    public const int MaxDynamicSharedSize = 8;

    /// <summary>CU_STREAM_NON_BLOCKING: does not wait for the legacy default stream.</summary>
    public const uint StreamNonBlocking = 1;

    /// <summary>CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: what other threads call meanwhile does not spoil a capture.</summary>
    public const int CaptureThreadLocal = 1;

    /// <summary>CU_EVENT_DISABLE_TIMING.</summary>
    public const uint EventDisableTiming = 2;

    /// <summary>CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS: opening enables access between the two devices where they differ.</summary>
    public const uint IpcEnablePeerAccess = 1;

    /// <summary>CU_MEMHOSTALLOC_PORTABLE: page-locked for every device of the process.</summary>
    public const uint HostPortable = 1;

    /// <summary>CU_TENSOR_MAP_DATA_TYPE_UINT8.</summary>
    public const int TensorMapBytes = 0;

    /// <summary>CU_TENSOR_MAP_SWIZZLE_128B.</summary>
    public const int TensorMapSwizzle128 = 3;

    /// <summary>CU_TENSOR_MAP_L2_PROMOTION_L2_256B.</summary>
    public const int TensorMapPromotion256 = 3;
}
