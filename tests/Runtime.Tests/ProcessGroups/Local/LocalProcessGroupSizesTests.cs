using Evergraph.CustomOps;

namespace Evergraph.Runtime.Tests;

public class LocalProcessGroupSizesTests : ProcessGroupSizesConformance
{
    protected override T[] Run<T>(int size, Func<IProcessGroup, T> body) => LocalRanks.Run(size, TimeSpan.FromHours(1), body);
}
