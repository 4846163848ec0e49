using Evergraph.CustomOps;
using Evergraph.Runtime;

namespace Evergraph.Runtime.Tests;

public class ThreadProcessGroupTests : ProcessGroupConformance
{
    [Fact]
    public void The_group_is_in_force_on_each_ranks_thread_only()
    {
        Assert.Equal([0, 1, 2], RankThreads.Run(3, group => ReferenceEquals(ProcessGroup.Current, group) ? group.Rank : -1));
        Assert.Null(ProcessGroup.Current);
    }

    [Fact]
    public void The_cause_of_a_failure_is_the_exception_itself()
    {
        var cause = new InvalidOperationException("the weights are gone");
        var errors = new Exception?[2];
        Run(2, group =>
        {
            if (group.Rank == 0)
                group.Abort(cause);
            errors[group.Rank] = Assert.Throws<ProcessGroupException>(() => Reduce(group)).InnerException;
            return 0;
        });
        Assert.All(errors, error => Assert.Same(cause, error));
    }

    protected override IReadOnlyList<IProcessGroup> Create(int size, TimeSpan timeout) => ThreadProcessGroup.Create(size, timeout);

    protected override T[] Run<T>(int size, Func<IProcessGroup, T> body) => RankThreads.Run(size, Never, body);
}
