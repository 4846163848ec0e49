using Evergraph.Runtime.Cuda;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Device;

[Collection(CudaTest.Name)]
public sealed unsafe class CudaStreamTests
{
    [Fact]
    public void CopiesThereAndBack()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        using var a = DeviceMemory.Allocate(device, 4096);
        using var b = DeviceMemory.Allocate(device, 4096);
        using var pinned = PinnedMemory.Allocate(device, 4096);
        var random = new Random(20261122);
        random.NextBytes(pinned.Span(0, 4096));
        byte[] sent = pinned.Span(0, 4096).ToArray();
        stream.CopyToDevice(a.Address, pinned.Address, 4096);
        stream.Fill(b.Address, 0xAB, 4096);
        stream.CopyOnDevice(b.Address + 96, a.Address + 32, 1000);
        stream.CopyToHost(pinned.Address, b.Address, 4096);
        stream.Synchronize();
        byte[] expected = [.. Enumerable.Repeat((byte)0xAB, 96), .. sent.AsSpan(32, 1000), .. Enumerable.Repeat((byte)0xAB, 4096 - 1096)];
        Assert.Equal(expected, pinned.Span(0, 4096).ToArray());
    }

    [Fact]
    public void NoBytes()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, 0);
        using var pinned = PinnedMemory.Allocate(device, 0);
        Assert.Equal((0L, 0L, (nint)0), (memory.Bytes, pinned.Bytes, memory.Address));
        Assert.True(pinned.Span(0, 0).IsEmpty);
        stream.CopyToDevice(memory.Address, pinned.Address, 0);
        stream.CopyToHost(pinned.Address, memory.Address, 0);
        stream.CopyOnDevice(memory.Address, memory.Address, 0);
        stream.Fill(memory.Address, 1, 0);
        stream.Synchronize();
    }

    [Fact]
    public void NegativeSizes()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        Assert.Throws<ArgumentOutOfRangeException>(() => DeviceMemory.Allocate(device, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PinnedMemory.Allocate(device, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Fill(0, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.CopyToDevice(0, 0, -1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 17)]
    [InlineData(16, 1)]
    [InlineData(long.MaxValue, 1)]
    public void PartsOutsideOfPinnedMemory(long offset, int length)
    {
        using var pinned = PinnedMemory.Allocate(CudaTest.Device, 16);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = pinned.Span(offset, length); });
    }

    [Fact]
    public void WhatWasFreedCannotBeUsed()
    {
        var device = CudaTest.Device;
        var pinned = PinnedMemory.Allocate(device, 16);
        var memory = DeviceMemory.Allocate(device, 16);
        var stream = CudaStream.Create(device);
        var marked = CudaEvent.Create(device, timing: true);
        using var open = CudaStream.Create(device);
        open.BeginCapture();
        open.Fill(memory.Address, 0, 16);
        var graph = open.EndCapture();
        foreach (CudaHandle handle in new CudaHandle[] { pinned, memory, stream, marked, graph })
            handle.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = pinned.Span(0, 16); });
        Assert.Throws<ObjectDisposedException>(() => memory.Address);
        Assert.Throws<ObjectDisposedException>(stream.Synchronize);
        Assert.Throws<ObjectDisposedException>(() => stream.Fill(0x1000, 0, 16));
        Assert.Throws<ObjectDisposedException>(() => open.Record(marked));
        Assert.Throws<ObjectDisposedException>(() => graph.Launch(open));
        open.Synchronize();
    }

    [Fact]
    public void EventsOrderStreamsAndTellTime()
    {
        var device = CudaTest.Device;
        using var writer = CudaStream.Create(device);
        using var reader = CudaStream.Create(device);
        using var begin = CudaEvent.Create(device, timing: true);
        using var written = CudaEvent.Create(device, timing: true);
        const int bytes = 8 << 20;
        using var a = DeviceMemory.Allocate(device, bytes);
        using var b = DeviceMemory.Allocate(device, bytes);
        writer.Fill(a.Address, 0, bytes);
        writer.Synchronize();
        writer.Record(begin);
        for (int i = 0; i < 20; i++)
            writer.Fill(a.Address, (byte)i, bytes);
        writer.Record(written);
        reader.Wait(written);
        reader.CopyOnDevice(b.Address, a.Address, bytes);
        Assert.Equal(0x13131313, Words.Read(reader, b.Address + bytes - 4, 1)[0]);
        Assert.True(CudaEvent.Milliseconds(begin, written) >= 0);
        using var mute = CudaEvent.Create(device, timing: false);
        reader.Record(mute);
        reader.Synchronize();
        Assert.Equal("cuEventElapsedTime", Assert.Throws<CudaException>(() => CudaEvent.Milliseconds(begin, mute)).Function);
    }

    [Fact]
    public void ARecordingRunsWhenItIsLaunched()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        using var from = DeviceMemory.Allocate(device, 8);
        using var to = DeviceMemory.Allocate(device, 8);
        Words.Write(stream, from.Address, 1, 2);
        Words.Write(stream, to.Address, 0, 0);
        stream.BeginCapture();
        stream.CopyOnDevice(to.Address, from.Address, 8);
        using var graph = stream.EndCapture();
        Assert.Equal([0, 0], Words.Read(stream, to.Address, 2));
        graph.Launch(stream);
        Assert.Equal([1, 2], Words.Read(stream, to.Address, 2));
        Words.Write(stream, from.Address, 3, 4);
        graph.Launch(stream);
        Assert.Equal([3, 4], Words.Read(stream, to.Address, 2));
    }

    [Fact]
    public void OtherThreadsMayAllocateDuringARecording()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        using var to = DeviceMemory.Allocate(device, 4);
        Words.Write(stream, to.Address, 0);
        var allocator = new Thread(() => DeviceMemory.Allocate(device, 64).Dispose());
        stream.BeginCapture();
        stream.Fill(to.Address, 1, 4);
        allocator.Start();
        allocator.Join();
        using var graph = stream.EndCapture();
        graph.Launch(stream);
        Assert.Equal([0x01010101], Words.Read(stream, to.Address, 1));
    }

    [Fact]
    public void AnAbandonedRecordingLeavesTheStreamUsable()
    {
        var device = CudaTest.Device;
        using var stream = CudaStream.Create(device);
        using var to = DeviceMemory.Allocate(device, 4);
        Words.Write(stream, to.Address, 7);
        stream.BeginCapture();
        stream.Fill(to.Address, 1, 4);
        stream.AbandonCapture();
        Assert.Equal([7], Words.Read(stream, to.Address, 1));
    }

    [Fact]
    public void EndingWhatWasNotBegun()
    {
        using var stream = CudaStream.Create(CudaTest.Device);
        Assert.Equal("cuStreamEndCapture", Assert.Throws<CudaException>(() => { _ = stream.EndCapture(); }).Function);
        stream.AbandonCapture();
        stream.Synchronize();
    }
}
