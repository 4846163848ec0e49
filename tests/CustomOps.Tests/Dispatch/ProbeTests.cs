using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>When probes are asked, and what they may do.</summary>
public sealed class ProbeTests
{
    private readonly Calls _calls = new();
    private readonly Dispatcher _dispatcher = new();

    public ProbeTests() => _dispatcher.Register(_calls.Make("fast"));

    [Fact]
    public void AProbeIsAskedOnceAnEpoch()
    {
        int asked = 0;
        _dispatcher.Register(_calls.Make("probed") with { Priority = 200, Probe = () => ++asked > 1 ? Availability.Yes : Availability.No("not yet") });
        var site = new DispatchSite(_calls.Definition, _dispatcher);
        Assert.Equal("fast", _calls.Call(site));
        Assert.Equal("fast", _calls.Call(site));
        Assert.Equal("fast", _calls.Order(_dispatcher, DType.Int8).Split(' ')[0]);
        Assert.Equal(1, asked);

        _dispatcher.ClearFailures();
        Assert.Equal("probed", _calls.Call(site));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void AFailureAsksNoProbeAgain()
    {
        int asked = 0;
        _dispatcher.Register(
            _calls.Make("failing", fails: () => new DeviceException("status 2")) with { Priority = 300 },
            _calls.Make("probed") with { Priority = 200, Probe = () => ++asked > 0 ? Availability.Yes : default });
        Assert.Equal("failing probed", _calls.Call(_dispatcher));
        Assert.Equal("probed", _calls.Call(_dispatcher));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void AProbeThatCallsItsOwnOperatorIsToldSo()
    {
        _dispatcher.Register(_calls.Make("circular") with { Probe = () => _calls.Call(_dispatcher).Length > 0 ? Availability.Yes : default });
        Assert.Equal(
            "not available: its probe failed: the probe of test::twice circular (Default) calls test::twice, which asks the probe: call the implementation's own function instead",
            _calls.ReasonOf(_dispatcher, "circular"));
        Assert.Equal("fast", _calls.Call(_dispatcher));
    }

    [Fact]
    public void ADecisionThatIsOldWhenItIsMadeIsNotKept()
    {
        var site = new DispatchSite(_calls.Definition, _dispatcher);
        bool isAsked = false;
        Availability PreferReference()
        {
            if (!isAsked)
            {
                isAsked = true;
                _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Reference });
            }

            return Availability.Yes;
        }

        _dispatcher.Register(_calls.Make("probed") with { Priority = 200, Probe = PreferReference });
        Assert.Equal("probed", _calls.Call(site));
        Assert.Equal("reference", _calls.Call(site));
    }
}
