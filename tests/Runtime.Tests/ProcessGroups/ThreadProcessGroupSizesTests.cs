using Evergraph.CustomOps;

namespace Evergraph.Runtime.Tests;

public class ThreadProcessGroupSizesTests : ProcessGroupSizesConformance
{
    protected override T[] Run<T>(int size, Func<IProcessGroup, T> body) => RankThreads.Run(size, TimeSpan.FromHours(1), body);
}
