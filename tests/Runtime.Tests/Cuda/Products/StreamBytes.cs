using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Products;

/// <summary>Copies that wait.</summary>
internal static unsafe class StreamBytes
{
    public static void Write(this CudaStream stream, nint address, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* host = bytes)
            stream.CopyToDevice(address, (nint)host, bytes.Length);
        stream.Synchronize();
    }

    public static void Read(this CudaStream stream, nint address, Span<byte> bytes)
    {
        fixed (byte* host = bytes)
            stream.CopyToHost((nint)host, address, bytes.Length);
        stream.Synchronize();
    }
}
