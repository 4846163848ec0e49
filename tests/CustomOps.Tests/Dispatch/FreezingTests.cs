using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class FreezingTests
{
    private readonly Calls _calls = new();
    private readonly OperatorRegistry _operators;
    private readonly Dispatcher _dispatcher = new(new() { Plugins = [] });

    public FreezingTests()
    {
        _operators = new OperatorRegistry().Register(_calls.Definition, new Calls("test::thrice").Definition);
        _dispatcher.Register(_calls.Make("fast"), _calls.Vendor("ascend.twice", "ascend"));
    }

    [Fact]
    public void AfterItNothingMayChangeTheChoices()
    {
        using var frozen = _dispatcher.Freeze(_operators);
        Assert.Same(frozen, _dispatcher.Frozen);
        Assert.Equal("fast", _calls.Call(_dispatcher));
        foreach (var (what, change) in new (string, Action)[]
        {
            ("a change of policy", () => _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor })),
            ("reading the policy anew", () => _dispatcher.Reload()),
            ("registering implementations", () => _dispatcher.Register(_calls.Make("other"))),
            ("adding a platform", () => _dispatcher.AddPlatform(new("nvidia", 90))),
            ("loading a plugin", () => _dispatcher.LoadPlugin("plugin.dll")),
            ("loading a plugin", () => _dispatcher.LoadPlugin(typeof(FreezingTests).Assembly)),
            ("another Freeze", () => _dispatcher.Freeze(_operators)),
        })
        {
            Assert.Equal(
                $"dispatch is frozen: {what} would change choices that compiled graphs rely on; do it before Freeze, or dispose what Freeze returned first",
                Assert.Throws<DispatchFrozenException>(change).Message);
        }

        Assert.Equal("fast", _calls.Call(_dispatcher));
    }

    [Fact]
    public void CallingUnderAnotherPolicyIsAnError()
    {
        using (_dispatcher.Freeze(_operators))
        {
            using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Default }))
                Assert.Equal("fast", _calls.Call(_dispatcher));
            using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
                Assert.Contains("calling under another policy than the one in force at Freeze", Assert.Throws<DispatchFrozenException>(() => _calls.Call(_dispatcher)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("CPU")]
    public void OnAnotherPlatformAnotherPolicyIsNone(string platform)
    {
        using (_dispatcher.Freeze(_operators, platform))
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference }))
        {
            Assert.Null(_dispatcher.Resolve(_calls.Definition, DTypeSet.None, "nvidia").Chosen);
            Assert.Throws<DispatchFrozenException>(() => _calls.Call(_dispatcher));
        }
    }

    [Fact]
    public void TheChoicesOfAScopeCanBeFrozen()
    {
        using (DispatchPolicy.Use(new() { Prefer = PreferredKind.Vendor }))
        {
            using var frozen = _dispatcher.Freeze(_operators);
            Assert.Equal(["test::thrice reference", "test::twice ascend.twice"], frozen.Choices.Select(choice => $"{choice.Operator.Name} {choice.Chosen!.Id}"));
            Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
        }
    }

    [Fact]
    public void DisposingLetsChoicesChangeAgain()
    {
        _dispatcher.Freeze(_operators).Dispose();
        Assert.Null(_dispatcher.Frozen);
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
    }

    [Fact]
    public void DisposingTwiceLetsNothingElseChange()
    {
        var first = _dispatcher.Freeze(_operators);
        first.Dispose();
        using var second = _dispatcher.Freeze(_operators);
        first.Dispose();
        Assert.Same(second, _dispatcher.Frozen);
    }

    [Fact]
    public void WhatAProbeChangesIsPartOfTheChoices()
    {
        bool isRegistered = false;
        Availability Register()
        {
            if (!isRegistered)
            {
                isRegistered = true;
                _dispatcher.Register(_calls.Make("device") with { Priority = 500 });
            }

            return Availability.Yes;
        }

        _dispatcher.Register(_calls.Make("probed") with { Probe = Register });
        using var frozen = _dispatcher.Freeze(_operators);
        Assert.Equal("device", frozen.Choices.Single(choice => choice.Operator == _calls.Definition).Chosen!.Id);
    }

    [Fact]
    public void AFailureStillCallsTheNextOne()
    {
        _dispatcher.Register(_calls.Make("failing", fails: () => new DeviceException("status 2")) with { Priority = 500 });
        using var frozen = _dispatcher.Freeze(_operators);
        Assert.Equal("failing fast", _calls.Call(_dispatcher));
        Assert.Equal("fast", _calls.Call(_dispatcher));
        Assert.Same(frozen, _dispatcher.Frozen);
    }

    [Fact]
    public void ClearingFailuresAsksNoProbeAgain()
    {
        bool isThere = false;
        _dispatcher.Register(_calls.Make("device", fails: () => null) with { Priority = 500, Probe = () => isThere ? Availability.Yes : Availability.No("unplugged") });
        using (_dispatcher.Freeze(_operators))
        {
            isThere = true;
            _dispatcher.ClearFailures();
            Assert.Equal("fast", _calls.Call(_dispatcher));
        }

        _dispatcher.ClearFailures();
        Assert.Equal("device", _calls.Call(_dispatcher));
    }

    [Fact]
    public void TheHashTellsChoicesApart()
    {
        string Hash()
        {
            using var frozen = _dispatcher.Freeze(_operators);
            Assert.Equal(frozen.Hash, _dispatcher.HashOf(_operators.Operators));
            return frozen.Hash;
        }

        string first = Hash();
        Assert.Matches("^[0-9A-F]{64}$", first);
        Assert.Equal(first, Hash());
        var hashes = new HashSet<string> { first };
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        Assert.True(hashes.Add(Hash()));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor, Strict = true });
        Assert.True(hashes.Add(Hash()));
        _dispatcher.SetPolicy(null);
        Assert.False(hashes.Add(Hash()));
        _dispatcher.Register(_calls.Make("half") with { DTypes = DTypeSet.Of(DType.Float16), Priority = 1 });
        Assert.True(hashes.Add(Hash()));
    }

    [Fact]
    public void AFailureChangesNoHash()
    {
        _dispatcher.Register(_calls.Make("failing", fails: () => new DeviceException("status 2")) with { Priority = 500 });
        string before = _dispatcher.HashOf(_operators.Operators);
        Assert.Equal("failing fast", _calls.Call(_dispatcher));
        Assert.Equal("fast ascend.twice reference failing", _calls.Order(_dispatcher));
        Assert.Equal(before, _dispatcher.HashOf(_operators.Operators));
        using var frozen = _dispatcher.Freeze(_operators);
        Assert.Equal(before, frozen.Hash);
    }

    [Fact]
    public void TheHashIsOfTypesAndOfNamesWhateverTheirCaseAndOrder()
    {
        string Hash(Implementation implementation)
        {
            var dispatcher = new Dispatcher(new() { Plugins = [] });
            dispatcher.Register(implementation);
            Assert.Equal(dispatcher.HashOf(_operators.Operators), dispatcher.HashOf(_operators.Operators.Reverse()));
            return dispatcher.HashOf(_operators.Operators);
        }

        Assert.Equal(Hash(_calls.Make("fast")), Hash(_calls.Make("FAST")));
        Assert.NotEqual(Hash(_calls.Make("fast")), Hash(_calls.Make("fast") with { DTypes = DTypeSet.Of(DType.Float32) }));
    }
}
