using Evergraph.CustomOps;

namespace Evergraph.Runtime.Tests;

public sealed class RankProcessTests : IDisposable
{
    private const string Ended = "the process of rank 1 of process group 'tp' ended, or closed its connection, without saying that it finished; look at what it printed last";

    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Processes_sum()
    {
        using var zero = new RankProcess("sum", _folder.Path, 0, 2);
        using var one = new RankProcess("sum", _folder.Path, 1, 2);
        Assert.Equal(("3", "3"), (zero.ReadLine(), one.ReadLine()));
        Assert.Equal((null, null), (zero.ReadLine(), one.ReadLine()));
    }

    [Fact]
    public void A_process_that_is_killed_between_calls_is_named_at_once()
    {
        using var one = new RankProcess("sum and wait", _folder.Path, 1, 2);
        using var group = LocalProcessGroup.Join(_folder.Path, 0, 2, Never);
        Assert.Equal(3f, RankProcess.Sum(group, 100_000));
        one.Kill();
        var error = Assert.Throws<ProcessGroupException>(() => RankProcess.Sum(group, 100_000));
        Assert.Equal((Ended, 1), (error.Message, error.Rank));
    }

    [Fact]
    public void A_process_that_is_killed_in_a_call_is_named_on_every_other_rank()
    {
        using var one = new RankProcess("sum for ever", _folder.Path, 1, 3);
        using var two = new RankProcess("sum for ever", _folder.Path, 2, 3);
        using var group = LocalProcessGroup.Join(_folder.Path, 0, 3, Never);
        Assert.Equal(6f, RankProcess.Sum(group, 100_000));
        Assert.Equal(("6", "6"), (one.ReadLine(), two.ReadLine()));
        Assert.Equal(6f, RankProcess.Sum(group, 10_000_000));
        var killing = new Thread(one.Kill);

        void SumForEver()
        {
            killing.Start();
            while (true)
                RankProcess.Sum(group, 10_000_000);
        }

        var error = Assert.Throws<ProcessGroupException>(SumForEver);
        killing.Join();
        Assert.Equal((Ended, 1), (error.Message, error.Rank));
        Assert.Equal(Ended, two.ReadLine());
    }

    [Fact]
    public void A_process_that_never_starts_is_named_within_the_timeout()
    {
        using var zero = new RankProcess("sum", _folder.Path, 0, 2, seconds: 0.2);
        Assert.Equal(
            $"rank 1 of process group 'tp' did not come to {_folder.Path} in time: expected 2 ranks, given 1; look there for what is stuck, or give the group a longer timeout",
            zero.ReadLine());
    }
}
