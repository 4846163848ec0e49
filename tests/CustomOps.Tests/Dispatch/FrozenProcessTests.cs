using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Freezes the process's own dispatcher, so that nothing else may run meanwhile.</summary>
[Collection(nameof(FrozenProcess))]
public sealed class FrozenProcessTests
{
    [Fact]
    public void NoScopeIsMadeWhileTheProcessIsFrozen()
    {
        using (Dispatcher.Default.Freeze(new()))
        {
            Assert.Equal(
                "dispatch is frozen: DispatchPolicy.Use would change choices that compiled graphs rely on; do it before Freeze, or dispose what Freeze returned first",
                Assert.Throws<DispatchFrozenException>(() => DispatchPolicy.Use(new())).Message);
        }

        DispatchPolicy.Use(new()).Dispose();
    }
}

[CollectionDefinition(nameof(FrozenProcess), DisableParallelization = true)]
public sealed class FrozenProcess;
