using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime.Tests;

public class LocalProcessGroupTests : ProcessGroupConformance
{
    [Fact]
    public void A_rank_that_aborts_names_itself_to_those_who_wait_and_to_those_who_come_later()
    {
        var ends = LocalRanks.Connected(3, Never);
        ends[1].Abort(new InvalidOperationException("the weights are gone"));
        foreach (int rank in new[] { 0, 2, 1 })
        {
            var error = Assert.Throws<ProcessGroupException>(() => Reduce(ends[rank]));
            Assert.Equal(("rank 1 failed: the weights are gone", 1), (error.Message, error.Rank));
        }

        foreach (var end in ends)
            end.Dispose();
    }

    [Fact]
    public void After_disposing_an_end_says_so()
    {
        var end = LocalRanks.Connected(2, Never)[0];
        end.Dispose();
        end.Dispose();
        end.Abort(new InvalidOperationException("too late"));
        Assert.Throws<ObjectDisposedException>(() => Reduce(end));
        Assert.Throws<ObjectDisposedException>(() => end.Send(Tensor.From([1f], 1), 1, 0));
    }

    [Fact]
    public void A_rank_may_finish_while_others_are_in_the_call_that_it_left()
    {
        for (int i = 0; i < 50; i++)
            Assert.Equal([2f, 2f], Run(2, Reduce));
    }

    [Fact]
    public void A_failure_that_is_there_before_the_end_is_made_is_told()
    {
        byte[] told = AbortFrame.Encode(new("rank 1 failed: no", 1, null));
        byte[] frame = new byte[FrameHeader.Size + told.Length];
        new FrameHeader(FrameKind.Abort, told.Length, 0).Write(frame);
        told.CopyTo(frame, FrameHeader.Size);
        for (int i = 0; i < 20; i++)
        {
            // The more ranks, the longer the first reader is alone.
            var pairs = Enumerable.Range(1, 16).Select(_ => LocalRanks.Pair()).ToArray();
            HandshakeSocket.Write(pairs[0].B, frame);
            Exception? error = null;
            var thread = new Thread(() =>
            {
                using var end = new LocalProcessGroup(new Mesh("tp", 0, Never, [null, .. pairs.Select(pair => pair.A)]));
                error = Record.Exception(() => Reduce(end));
            })
            { IsBackground = true };
            thread.Start();
            Assert.True(thread.Join(TimeSpan.FromMinutes(1)), "an end that was told of a failure while it was made stands still");
            Assert.Equal("rank 1 failed: no", Assert.IsType<ProcessGroupException>(error).Message);
            Array.ForEach(pairs, pair => pair.B.Dispose());
        }
    }

    [Fact]
    public void A_rank_that_does_not_read_is_named()
    {
        // The other side of this connection is nobody's end, so nobody reads it.
        var (socket, silent) = LocalRanks.Pair();
        using (silent)
        using (var end = new LocalProcessGroup(new Mesh("tp", 0, TimeSpan.FromMilliseconds(20), [null, socket])))
        {
            void SendForEver()
            {
                for (long tag = 0; ; tag++)
                    end.Send(Tensor.From([1f], 1), 1, tag);
            }

            var error = Assert.Throws<ProcessGroupException>(SendForEver);
            Assert.Equal(
                "rank 1 of process group 'tp' did not read what was sent to it within 0.02 s; look there for what is stuck, or give the group a longer timeout",
                error.Message);
            Assert.Equal(1, error.Rank);
        }
    }

    [Fact]
    public void A_result_that_does_not_fit_is_an_error()
    {
        var end = LocalRanks.Connected(2, Never)[0];
        var x = Tensor.From([1f, 2f], 2);
        Assert.Equal(
            "the result of all-gather has the wrong size: expected 4 elements, given 2; pass a result that fits the operand",
            Assert.Throws<ProcessGroupException>(() => end.AllGather(Call(x), x, x.Clone())).Message);
    }

    protected override IReadOnlyList<IProcessGroup> Create(int size, TimeSpan timeout) => LocalRanks.Connected(size, timeout);

    protected override T[] Run<T>(int size, Func<IProcessGroup, T> body) => LocalRanks.Run(size, Never, body);
}
