using System.Net.Sockets;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime.Tests;

/// <summary>A rank that sends what a rank does not send.</summary>
public sealed class BadBytesTests : IDisposable
{
    private readonly Socket _bad;
    private readonly LocalProcessGroup _group;

    public BadBytesTests()
    {
        (var good, _bad) = LocalRanks.Pair();
        _group = new(new Mesh("tp", 0, TimeSpan.FromHours(1), [null, good]));
    }

    public void Dispose()
    {
        _group.Dispose();
        _bad.Dispose();
    }

    [Theory]
    [InlineData(0, 0, 0, "a frame of a kind from 1 to 7")]
    [InlineData(8, 0, 0, "a frame of a kind from 1 to 7")]
    [InlineData(1, int.MaxValue, 0, "a frame of at most 49152 bytes")]
    [InlineData(3, -1, 0, "a frame of at most 49152 bytes")]
    [InlineData(-5, int.MinValue, 0, "a frame of at most 49152 bytes")]
    [InlineData(1, 0, 0, "call 0")]
    [InlineData(1, 4, 1, "call 0")]
    [InlineData(2, int.MaxValue, 0, "no piece of a collective that this rank has not called")]
    [InlineData(2, -1, 0, "no piece of a collective that this rank has not called")]
    [InlineData(3, 15, 0, "message 0, and at most 16384 that are not received")]
    [InlineData(3, 16, 1, "message 0, and at most 16384 that are not received")]
    [InlineData(4, 0, 0, "a request for a message that was offered")]
    [InlineData(5, int.MaxValue, 0, "the next part of the message that was asked for")]
    [InlineData(6, 3, 0, "the rank at fault and a text")]
    public void A_frame_that_has_no_place_is_an_error_that_names_its_sender(int kind, int length, long number, string expected)
    {
        Send(kind, length, number, new byte[Math.Clamp(length, 0, 64)]);
        AssertRefused(expected, kind, number, length);
    }

    [Fact]
    public void A_text_longer_than_its_frame_is_refused()
    {
        Send(1, 8, 0, [255, 255, 255, 127, 0, 0, 0, 0]);
        AssertRefused("call 0", 1, 0, 8);
    }

    [Fact]
    public void A_third_call_before_this_ranks_first_is_refused()
    {
        for (long number = 0; number < 3; number++)
            Send(1, 4, number, [0, 0, 0, 0]);

        // The first call alone is an error too, of another kind: the group says something, or closes, once it has seen the third.
        _bad.ReceiveTimeout = 60_000;
        _ = _bad.Receive(new byte[1]);
        AssertRefused("call 2", 1, 2, 4);
    }

    [Fact]
    public void Messages_that_nobody_receives_do_not_fill_the_memory()
    {
        for (long number = 0; number <= Peer.OfferLimit; number++)
            Send(3, 16, number, new byte[16]);
        AssertRefused("message 16384, and at most 16384 that are not received", 3, Peer.OfferLimit, 16);
    }

    [Fact]
    public void A_piece_of_another_size_is_refused()
    {
        var x = Tensor.Zeros(DType.UInt8, 100_000);
        var call = new CollectiveCall("evergraph::test", x);
        Send(1, CallFrame.Encode(Arrival.AllReduce(call).ToString(), []));
        Send(2, int.MaxValue, 0, []);
        var error = Assert.Throws<ProcessGroupException>(() => _group.AllReduce(call, x, Tensor.Empty(DType.UInt8, 100_000)));
        // The piece may come before this rank is at the call.
        Assert.Contains("sent what has no place here: expected ", error.Message, StringComparison.Ordinal);
        Assert.Contains("given kind 2, number 0, 2147483647 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_without_its_tensor_is_refused()
    {
        var x = Tensor.From([1f], 1);
        var call = new CollectiveCall("evergraph::test", x);
        Send(1, CallFrame.Encode(Arrival.AllReduce(call).ToString(), [1, 2, 3]));
        var error = Assert.Throws<ProcessGroupException>(() => _group.AllReduce(call, x, x.Clone()));
        Assert.Equal(
            "rank 1 of process group 'tp' sent another tensor than its call says (all-reduce for evergraph::test(float32[1])): expected 4 bytes with the call, given 3; pass tensors of the same size on every rank",
            error.Message);
    }

    [Fact]
    public void A_message_that_says_another_number_of_bytes_is_refused()
    {
        byte[] offer = OfferFrame.Encode(5, Tensor.From([1f], 1));
        offer[8] = 100;
        Send(3, offer);
        var error = Assert.Throws<ProcessGroupException>(() => _group.Receive(Tensor.From([1f], 1), 1, 5));
        Assert.StartsWith("rank 1 sent rank 0 another tensor than it waits for (message 5)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_end_in_an_error()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            var (good, bad) = LocalRanks.Pair();
            using var group = new LocalProcessGroup(new Mesh("tp", 0, TimeSpan.FromHours(1), [null, good]));
            byte[] bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            // Half of them begin like a frame.
            if (bytes.Length >= 16 && i % 2 == 0)
                new FrameHeader((FrameKind)random.Next(1, 8), random.Next(0, 100), 0).Write(bytes);
            HandshakeSocket.Write(bad, bytes);
            bad.Dispose();
            Assert.Throws<ProcessGroupException>(() => group.Barrier(new("evergraph::test", Tensor.From([1f], 1))));
        }
    }

    private void AssertRefused(string expected, int kind, long number, int length)
    {
        var error = Assert.Throws<ProcessGroupException>(() => _group.Barrier(new("evergraph::test", Tensor.From([1f], 1))));
        Assert.Equal(
            $"rank 1 of process group 'tp' sent what has no place here: expected {expected}, given kind {kind}, number {number}, {length} bytes; run the same version of Evergraph on every rank",
            error.Message);
        Assert.Equal(1, error.Rank);
    }

    private void Send(int kind, byte[] payload) => Send(kind, payload.Length, 0, payload);

    private void Send(int kind, int length, long number, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader((FrameKind)kind, length, number).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        HandshakeSocket.Write(_bad, frame);
    }
}
