using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class DispatchLogTests : IDisposable
{
    private readonly Calls _calls = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly Dispatcher _dispatcher;
    private Exception? _failure;

    public DispatchLogTests()
    {
        _dispatcher = new(new() { LoggerFactory = _log, Plugins = [] });
        _dispatcher.Register(_calls.Vendor("ascend.twice", "ascend", () => _failure), _calls.Make("fast"));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void ChoicesSwitchesAndFallbacksAreLogged()
    {
        _calls.Call(_dispatcher);
        _calls.Call(_dispatcher);
        _failure = new DeviceException("status 2");
        _calls.Call(_dispatcher);
        _calls.Call(_dispatcher);
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Reference });
        _calls.Call(_dispatcher);
        Assert.Equal(
            [
                "Information 1 test::twice of (float32) uses ascend.twice (kind Vendor, vendor ascend)",
                "Warning 3 test::twice falls back from ascend.twice to fast: status 2",
                "Information 2 test::twice of (float32) switches from ascend.twice to fast (kind Default, vendor none)",
                "Information 2 test::twice of (float32) switches from fast to reference (kind Reference, vendor none)",
            ],
            _log.Lines);
        _log.Lines.Clear();
        new Calls("test::thrice").Call(_dispatcher);
        new DispatchSite(_calls.Definition, _dispatcher).Resolve(DTypeSet.Of(DType.Float64));
        _calls.Call(_dispatcher);
        _dispatcher.Register(_calls.Make("gpu") with { Platform = "nvidia" });
        _dispatcher.AddPlatform(new("nvidia", 90));
        new DispatchSite(_calls.Definition, _dispatcher, "nvidia").Resolve(DTypeSet.Of(DType.Float32));
        Assert.Equal(
            [
                "Information 1 test::thrice of (float32) uses reference (kind Reference, vendor none)",
                "Information 1 test::twice of (float64) uses reference (kind Reference, vendor none)",
                "Information 1 test::twice of (float32) uses gpu (kind Default, vendor none)",
            ],
            _log.Lines);
        Assert.All(_log.Categories, category => Assert.Equal("Evergraph.Dispatch", category));
        Assert.Equal("ascend.twice", _log.Values[1]["Id"]);
        Assert.Equal("fast", _log.Values[1]["Next"]);
    }

    [Fact]
    public void LogsGoWhereTheyAreToldTo()
    {
        using var other = new RecordingLoggerFactory();
        _dispatcher.UseLogger(other);
        _calls.Call(_dispatcher);
        Assert.Empty(_log.Lines);
        Assert.Equal(["Information 1 test::twice of (float32) uses ascend.twice (kind Vendor, vendor ascend)"], other.Lines);
    }
}
