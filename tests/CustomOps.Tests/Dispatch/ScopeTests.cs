using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class ScopeTests
{
    private readonly Calls _calls = new();
    private readonly Dispatcher _dispatcher = new();

    public ScopeTests() => _dispatcher.Register(_calls.Make("fast"), _calls.Vendor("ascend.twice", "ascend"));

    [Fact]
    public void AKindThatIsNoneIsRefusedWhereItIsWritten()
    {
        var error = Assert.Throws<DispatchPolicyException>(() => DispatchPolicy.Use(new() { Prefer = (PreferredKind)7 }));
        Assert.Equal("prefer: expected Default, Vendor, Reference, given 7", error.Message);
    }

    [Fact]
    public async Task AScopeFlowsWithAsyncWorkAndThreads()
    {
        var token = TestContext.Current.CancellationToken;
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
        {
            await Task.Yield();
            Assert.Equal("reference", _calls.Call(_dispatcher));
            Assert.Equal("reference", await Task.Run(() => _calls.Call(_dispatcher), token));
            string onThread = "";
            var thread = new Thread(() => onThread = _calls.Call(_dispatcher));
            thread.Start();
            thread.Join();
            Assert.Equal("reference", onThread);
        }

        Assert.Equal("fast", _calls.Call(_dispatcher));
    }

    [Fact]
    public async Task AScopeIsSeenByNobodyElse()
    {
        var token = TestContext.Current.CancellationToken;
        var (entered, asked) = (new TaskCompletionSource(), new TaskCompletionSource());
        var scoped = Task.Run(
            async () =>
            {
                using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
                {
                    entered.SetResult();
                    await asked.Task;
                    return _calls.Order(_dispatcher).Split(' ')[0];
                }
            },
            token);
        await entered.Task;
        Assert.Equal("fast", _calls.Order(_dispatcher).Split(' ')[0]);
        asked.SetResult();
        Assert.Equal("reference", await scoped);
    }

    [Fact]
    public void AnInnerScopeIsMergedOverTheOuterKeyByKey()
    {
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor, Strict = true }))
        {
            using (DispatchPolicy.Use(new() { DenyVendors = ["ascend"] }))
            {
                Assert.Equal("fast reference", _calls.Order(_dispatcher));
                Assert.True(_dispatcher.PolicyOf().Strict);
            }

            Assert.Equal("ascend.twice fast reference", _calls.Order(_dispatcher));
        }

        Assert.False(_dispatcher.PolicyOf().Strict);
    }

    [Fact]
    public void WhereBothSayAKeyTheInnerScopeSaysMore()
    {
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor }))
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
            Assert.Equal("reference", _calls.Call(_dispatcher));
    }

    [Fact]
    public void WhatAScopeLeavesOpenFollowsTheProcessAndThePlatform()
    {
        using (DispatchPolicy.Use(new() { DenyVendors = ["other"] }))
        {
            Assert.Equal("fast", _calls.Call(_dispatcher));
            _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
            Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
            _dispatcher.SetPolicy(null);
            Assert.Equal("cpu.yaml:5 (built in)", _dispatcher.PolicyOf().Keys[0].Origin);
            Assert.Equal("nvidia.yaml:5 (built in)", _dispatcher.PolicyOf("nvidia").Keys[0].Origin);
        }
    }

    [Fact]
    public async Task AScopeEndsEverywhereWhenItIsDisposed()
    {
        // While some scope is open, here or elsewhere, every call looks for its own.
        using var elsewhere = DispatchPolicy.Use(new());
        var disposed = new TaskCompletionSource();
        var scope = DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference });
        var outliving = Task.Run(
            async () =>
            {
                await disposed.Task;
                return _calls.Order(_dispatcher).Split(' ')[0];
            },
            TestContext.Current.CancellationToken);
        scope.Dispose();
        disposed.SetResult();
        Assert.Equal("fast", await outliving);
    }

    [Fact]
    public void ScopesMayBeDisposedInAnyOrder()
    {
        using var elsewhere = DispatchPolicy.Use(new());
        var outer = DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference });
        var inner = DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor });
        outer.Dispose();
        Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
        inner.Dispose();
        Assert.Equal("fast", _calls.Call(_dispatcher));
    }

    [Fact]
    public void DisposingTwiceIsDisposingOnce()
    {
        var outer = DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference });
        var inner = DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor });
        inner.Dispose();
        inner.Dispose();
        Assert.Equal("reference", _calls.Call(_dispatcher));
        outer.Dispose();
        Assert.Equal("fast", _calls.Call(_dispatcher));
    }

    [Fact]
    public void EveryKeyTellsWhereItIsWritten()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("evergraph-dispatch-").FullName, "policy.yaml");
        File.WriteAllText(file, "strict: \"true\"\nper_op:\n  rms_norm: [default]\n");
        var dispatcher = new Dispatcher(new()
        {
            Environment = new Dictionary<string, string> { ["EVERGRAPH_CONFIG"] = file, ["EVERGRAPH_ALLOW_VENDORS"] = "ascend", ["EVERGRAPH_STRICT"] = "0" },
        });
        dispatcher.SetPolicy(new() { DenyVendors = ["other"] });
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor }))
        {
            Assert.Equal(
                [
                    ("prefer", "vendor", "DispatchPolicy.Use"), ("strict", "true", $"{file}:1"), ("allow_vendors", "ascend", "EVERGRAPH_ALLOW_VENDORS"),
                    ("deny_vendors", "other", "Dispatcher.SetPolicy"), ("plugins", "none", "default"), ("per_op evergraph::rms_norm", "default", $"{file}:3"),
                ],
                dispatcher.PolicyOf().Keys);
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
