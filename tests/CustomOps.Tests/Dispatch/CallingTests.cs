using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

public sealed class CallingTests : IDisposable
{
    private readonly Calls _calls = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly Dispatcher _dispatcher;
    private Exception? _failure;

    public CallingTests()
    {
        _dispatcher = new(new() { LoggerFactory = _log, Plugins = [] });
        _dispatcher.Register(_calls.Vendor("ascend.twice", "ascend", () => _failure), _calls.Make("fast"));
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
    }

#pragma warning disable CA2201 // What the runtime throws out of an implementation.
    public static TheoryData<Exception, bool> Exceptions() => new()
    {
        { new ImplementationException("interleaved is not supported"), true },
        { new DeviceException("status 2"), true },
        { new NotSupportedException(), true },
        { new PlatformNotSupportedException(), true },
        { new NotImplementedException(), true },
        { new DllNotFoundException(), true },
        { new EntryPointNotFoundException(), true },
        { new BadImageFormatException(), true },
        { new TypeLoadException(), true },
        { new MissingMethodException(), true },
        { new System.Runtime.InteropServices.SEHException(), true },
        { new TypeInitializationException("Native", new DllNotFoundException()), true },
        { new TypeInitializationException("Native", new ArgumentException()), false },
        { new ShapeException("inner sizes differ"), false },
        { new EvergraphException("a position is not a row"), false },
        { new ArgumentException("wrong"), false },
        { new ArgumentOutOfRangeException("index"), false },
        { new InvalidOperationException(), false },
        { new IndexOutOfRangeException(), false },
        { new NullReferenceException(), false },
        { new InvalidCastException(), false },
        { new OutOfMemoryException(), false },
        { new OperationCanceledException(), false },
    };
#pragma warning restore CA2201

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void OnlyAnImplementationsFailureCallsTheNextOne(Exception failure, bool isImplementations)
    {
        _failure = failure;
        if (isImplementations)
        {
            Assert.Equal("ascend.twice fast", _calls.Call(_dispatcher));
            Assert.Equal("fast", _calls.Call(_dispatcher));
        }
        else
        {
            Assert.Same(failure, Assert.Throws(failure.GetType(), () => _calls.Call(_dispatcher)));
            Assert.Equal("ascend.twice", _calls.Ran);
        }
    }

    [Fact]
    public void OneShapeErrorBlamesNoImplementationForGood()
    {
        _failure = new ShapeException("inner sizes differ");
        Assert.Throws<ShapeException>(() => _calls.Call(_dispatcher));
        _failure = null;
        Assert.Equal("ascend.twice ascend.twice", _calls.Call(_dispatcher));
    }

    [Fact]
    public void AFailureIsRememberedUntilThePolicyChangesOrItIsCleared()
    {
        var site = new DispatchSite(_calls.Definition, _dispatcher);
        _failure = new DeviceException("status 2");
        Assert.Equal("ascend.twice fast", _calls.Call(site));
        _failure = null;
        Assert.Equal("fast", _calls.Call(site));
        Assert.Equal(
            "tried last: it failed before (status 2); forgotten when the policy changes or failures are cleared", _calls.ReasonOf(_dispatcher, "ascend.twice"));
        Assert.Equal("fast reference ascend.twice", _calls.Order(_dispatcher));

        _dispatcher.ClearFailures();
        Assert.Equal("ascend.twice", _calls.Call(site));

        _failure = new DeviceException("status 2");
        Assert.Equal("ascend.twice fast", _calls.Call(site));
        _failure = null;
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor });
        Assert.Equal("ascend.twice", _calls.Call(site));
    }

    [Fact]
    public void AFailureIsOfOneOperatorAndOneImplementation()
    {
        var other = new Calls("test::thrice");
        _dispatcher.Register(other.Vendor("ascend.twice", "ascend"));
        _failure = new DeviceException("status 2");
        Assert.Equal("ascend.twice fast", _calls.Call(_dispatcher));
        Assert.Equal("ascend.twice", other.Call(_dispatcher));
    }

    [Fact]
    public void StrictCallsTheBestOneOnlyAndItsExceptionPropagates()
    {
        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor, Strict = true });
        _failure = new DeviceException("status 2");
        Assert.Same(_failure, Assert.Throws<DeviceException>(() => _calls.Call(_dispatcher)));
        Assert.Equal("ascend.twice", _calls.Ran);
        Assert.Equal("not called: strict calls the first only: 'default' in the order [vendor, default, reference] of prefer = vendor (Dispatcher.SetPolicy), priority 150", _calls.ReasonOf(_dispatcher, "fast"));

        _failure = null;
        Assert.Equal("ascend.twice", _calls.Call(_dispatcher));
    }

    [Fact]
    public void StrictDoesNotHeedWhatFailedBefore()
    {
        _failure = new DeviceException("status 2");
        Assert.Equal("ascend.twice fast", _calls.Call(_dispatcher));
        using (DispatchPolicy.Use(new() { Strict = true }))
            Assert.Throws<DeviceException>(() => _calls.Call(_dispatcher));
    }

    [Theory]
    [InlineData(OperatorTraits.Mutates)]
    [InlineData(OperatorTraits.Collective)]
    [InlineData(OperatorTraits.MaybeOverlap)]
    public void WhatMayHaveWrittenOrCommunicatedIsNotRetried(OperatorTraits traits)
    {
        var calls = new Calls("test::add_", traits);
        var failure = new DeviceException("status 2");
        _dispatcher.Register(calls.Vendor("ascend.add_", "ascend", () => failure));
        Assert.Same(failure, Assert.Throws<DeviceException>(() => calls.Call(_dispatcher)));
        Assert.Equal("ascend.add_", calls.Ran);
        Assert.Contains("Warning 4 test::add_: ascend.add_ failed and is not retried, because it may have written or communicated: status 2", _log.Lines);
        Assert.Equal("reference", calls.Call(_dispatcher));
    }

    [Fact]
    public void WhereAllFailOneExceptionHoldsEveryOnes()
    {
        var calls = new Calls("test::thrice");
        var (first, second) = (new DeviceException("status 2"), new NotSupportedException("no such layout"));
        _dispatcher.Register(calls.Vendor("ascend.thrice", "ascend", () => first), calls.Make("fast", fails: () => second));
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::thrice"] = "vendor|default" } });

        var error = Assert.Throws<AllImplementationsFailedException>(() => calls.Call(_dispatcher));
        Assert.Equal("test::thrice: all 2 implementations failed: ascend.thrice: status 2; fast: NotSupportedException: no such layout", error.Message);
        Assert.Equal(["ascend.thrice", "fast"], error.Failures.Select(failure => failure.Implementation.Id));
        Assert.Equal([first, second], error.Failures.Select(failure => failure.Exception));
        Assert.Equal([first, second], Assert.IsType<AggregateException>(error.InnerException).InnerExceptions);
        Assert.Equal("ascend.thrice fast", calls.Ran);

        Assert.Throws<AllImplementationsFailedException>(() => calls.Call(_dispatcher));
        Assert.Equal("ascend.thrice fast", calls.Ran);
    }

    [Fact]
    public void TheOnlyOnesExceptionIsTheCalls()
    {
        var calls = new Calls("test::thrice");
        var failure = new NotSupportedException("no such layout");
        _dispatcher.Register(calls.Make("only", fails: () => failure));
        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::thrice"] = "impl:only" } });
        Assert.Same(failure, Assert.Throws<NotSupportedException>(() => calls.Call(_dispatcher)));
    }

    [Fact]
    public void AFailureOutlivesNoChangeThatComesBeforeIt()
    {
        var calls = new Calls("test::thrice");
        bool fails = true;
        _dispatcher.Register(calls.Make("fast", fails: () =>
        {
            _dispatcher.ClearFailures();
            return fails ? new DeviceException("status 2") : null;
        }));
        Assert.Equal("fast reference", calls.Call(_dispatcher));
        fails = false;
        Assert.Equal("fast", calls.Call(_dispatcher));
    }

    [Fact]
    public void TheNextOneFindsNothingOfTheOneThatFailed()
    {
        var calls = new Calls("test::thrice");
        var found = new List<Tensor?>();
        var failing = calls.Vendor("ascend.thrice", "ascend", () => new DeviceException("status 2"));
        _dispatcher.Register(failing, failing with { Id = "ascend.two" }, calls.Make("fast") with
        {
            Function = (arguments, results) =>
        {
            found.Add(results[0]);
            results[0] = arguments[0].Tensor.Clone();
        }
        });
        Assert.Equal("ascend.thrice ascend.thrice", calls.Call(_dispatcher));
        Assert.Equal([null], found);
        Assert.Equal(
            ["Warning 3 test::thrice falls back from ascend.thrice to ascend.two: status 2", "Warning 3 test::thrice falls back from ascend.two to fast: status 2"],
            _log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [Fact]
    public void ACallersMistakeInTheNextOneIsThrown()
    {
        var calls = new Calls("test::thrice");
        var mistake = new ShapeException("inner sizes differ");
        _dispatcher.Register(calls.Vendor("ascend.thrice", "ascend", () => new DeviceException("status 2")), calls.Make("fast", fails: () => mistake));
        Assert.Same(mistake, Assert.Throws<ShapeException>(() => calls.Call(_dispatcher)));
        Assert.Equal("ascend.thrice fast", calls.Ran);
    }

    [Fact]
    public void ABoundCallDiffersInTheLayerAlone()
    {
        var calls = new Calls("test::thrice");
        var layers = new List<object?>();
        bool fails = true;
        _dispatcher.Register(calls.Vendor("ascend.thrice", "ascend") with
        {
            LayerFunction = (layer, arguments, results) =>
            {
                layers.Add(layer);
                results[0] = arguments[0].Tensor.Clone();
                if (fails)
                    throw new DeviceException("status 2");
            },
        });
        object mine = new();
        Assert.Equal("reference", calls.Call(_dispatcher, mine));
        Assert.Equal([mine], layers);
        Assert.Contains("Warning 3 test::thrice falls back from ascend.thrice to reference: status 2", _log.Lines);
        Assert.Equal("reference", calls.Call(_dispatcher, mine));
        Assert.Equal([mine], layers);

        fails = false;
        _dispatcher.ClearFailures();
        Assert.Equal("", calls.Call(_dispatcher, mine));
        Assert.Equal([mine, mine], layers);
        Assert.Equal("ascend.thrice", calls.Call(_dispatcher));

        _dispatcher.SetPolicy(new() { Prefer = PreferredKind.Vendor, Strict = true });
        fails = true;
        Assert.Throws<DeviceException>(() => calls.Call(_dispatcher, mine));
    }

    [Fact]
    public void TheNextOneReceivesTheLayerToo()
    {
        var calls = new Calls("test::thrice");
        object? received = null;
        _dispatcher.Register(calls.Vendor("ascend.thrice", "ascend", () => new DeviceException("status 2")), calls.Make("fast") with
        {
            LayerFunction = (layer, arguments, results) => (received, results[0]) = (layer, arguments[0].Tensor.Clone()),
        });
        object mine = new();
        Assert.Equal("ascend.thrice", calls.Call(_dispatcher, mine));
        Assert.Same(mine, received);
    }

    [Fact]
    public void APreferenceKeepsNoImplementationOut()
    {
        var dispatcher = new Dispatcher(new() { Plugins = [], Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "vendor" } });
        dispatcher.Register(_calls.Make("fast"), _calls.Vendor("ascend.twice", "ascend", () => new DeviceException("status 2")));
        Assert.Equal("ascend.twice fast", _calls.Call(dispatcher));
    }
}
