namespace Evergraph.Runtime.Cuda;

/// <summary>Where the ranks of a split graph communicate.</summary>
public enum DeviceCommunication
{
    /// <summary>From device to device where this process sees a device for each rank, else on the host.</summary>
    Automatic,

    /// <summary>From device to device; for ranks that are processes with a device each.</summary>
    Device,

    /// <summary>On the host: tensors are copied there and back. It works wherever the group does, and is slow.</summary>
    Host,
}
