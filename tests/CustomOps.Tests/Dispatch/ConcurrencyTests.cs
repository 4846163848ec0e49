using System.Collections.Concurrent;
using System.Diagnostics;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>16 threads call, register, change the policy, freeze, and let implementations fail and be forgotten, for five seconds.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);
    // Each registration copies the table, and every resolution looks at all of an operator's.
    private const int MostRegistered = 500;

    private static readonly DTypeSet Float32 = DTypeSet.Of(DType.Float32);

    private readonly Dispatcher _dispatcher = new(new() { Plugins = [] });
    private readonly ConcurrentQueue<Exception> _unexpected = new();
    private readonly ConcurrentBag<string> _registered = [];
    private long _returned;
    private long _succeeded;
    private long _calls;
    private long _changes;

    [Fact]
    public void NoCallIsLostNoReadIsTornAndNothingElseIsThrown()
    {
        var definition = new OperatorDefinition(
            OperatorSchema.Parse("test::busy(Tensor x) -> Tensor"), OperatorTraits.Pure, static arguments => [arguments.Tensor(0)],
            [new(Backend.Reference, Succeed(DType.Int64))]);
        _dispatcher.Register(
            Make(definition, "fast", ImplementationKind.Default, null, Succeed(DType.Int8)),
            Make(definition, "ascend.busy", ImplementationKind.Vendor, "ascend", Succeed(DType.Int32)),
            Make(definition, "flaky", ImplementationKind.Vendor, "flaky", FailSometimes(DType.UInt8)) with { Priority = 101 });
        var shared = new DispatchSite(definition, _dispatcher);
        var roles = new List<Action<int>>();
        for (int i = 0; i < 6; i++)
            roles.Add(_ => Call(shared, [DType.Int64, DType.Int8, DType.Int32, DType.UInt8]));
        for (int i = 0; i < 2; i++)
            roles.Add(_ => Call(new DispatchSite(definition, _dispatcher), [DType.Int64, DType.Int8, DType.Int32, DType.UInt8]));
        roles.Add(_ => CallScoped(shared, new() { Prefer = PreferredKind.Reference, PerOperator = new() { ["test::busy"] = "reference" } }, DType.Int64));
        roles.Add(_ => CallScoped(shared, new() { PerOperator = new() { ["test::busy"] = "impl:fast|reference" } }, DType.Int8));
        roles.Add(n => Change(() => _dispatcher.SetPolicy(new() { Prefer = (PreferredKind)(n % 3), DenyVendors = n % 5 == 0 ? ["ascend"] : null })));
        roles.Add(n => Change(() => _dispatcher.SetPolicy(n % 2 == 0 ? null : new() { Prefer = PreferredKind.Vendor, AllowVendors = ["flaky"] })));
        roles.Add(n => Register(Make(definition, $"late{n}", ImplementationKind.Vendor, "late", Succeed(DType.Int32)) with { Priority = 1, Probe = () => Availability.No("late") }));
        roles.Add(n => Register(Make(definition, $"other{n}", ImplementationKind.Default, null, Succeed(DType.Int32)) with { Operator = "test::other" }));
        roles.Add(_ => Change(_dispatcher.ClearFailures));
        roles.Add(_ => Change(() => _dispatcher.Freeze(new OperatorRegistry().Register(definition)).Dispose()));
        Assert.Equal(16, roles.Count);

        long start = Stopwatch.GetTimestamp();
        var threads = roles.ConvertAll(role => new Thread(() =>
        {
            for (int n = 0; Stopwatch.GetElapsedTime(start) < Duration && _unexpected.IsEmpty; n++)
                Run(() => role(n));
        }));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Empty(_unexpected);
        Assert.Equal(_returned, _succeeded);
        Assert.Empty(_registered.Except(_dispatcher.Implementations.Select(implementation => implementation.Id)));
        output.WriteLine($"{_calls} calls, {_returned} of them returned, {_changes} changes, epoch {_dispatcher.Epoch}");
        Assert.True(_calls > 1000 && _changes > 100, $"{_calls} calls and {_changes} changes are too few to say anything");
    }

    private static Implementation Make(OperatorDefinition definition, string id, ImplementationKind kind, string? vendor, KernelFunction function) =>
        new() { Operator = definition.Name, Id = id, Kind = kind, Vendor = vendor, Function = function };

    /// <summary>Says by the type of its result which one it is.</summary>
    private KernelFunction Succeed(DType dtype) => (arguments, results) =>
    {
        results[0] = Tensor.Zeros(dtype, arguments[0].Tensor.Sizes[0]);
        Interlocked.Increment(ref _succeeded);
    };

    private KernelFunction FailSometimes(DType dtype)
    {
        int calls = 0;
        var succeed = Succeed(dtype);
        return (arguments, results) =>
        {
            if (Interlocked.Increment(ref calls) % 3 == 0)
                throw new DeviceException("status 2");
            succeed(arguments, results);
        };
    }

    private void Call(DispatchSite site, DType[] expected)
    {
        Interlocked.Increment(ref _calls);
        var results = new Tensor[1];
        site.Call(null, [KernelArgument.Of(Tensor.Zeros(DType.Float32, 1))], Float32, results);
        Interlocked.Increment(ref _returned);
        if (results[0] is not { } result || !expected.Contains(result.DType))
            _unexpected.Enqueue(new InvalidOperationException($"expected one of {string.Join(", ", expected)}, given {results[0]}"));
    }

    private void CallScoped(DispatchSite site, DispatchPolicy policy, DType expected)
    {
        using (DispatchPolicy.Use(policy))
            Call(site, [expected]);
    }

    private void Register(Implementation implementation)
    {
        if (_registered.Count >= MostRegistered)
            return;
        Change(() => _dispatcher.Register(implementation));
        _registered.Add(implementation.Id);
    }

    private void Change(Action change)
    {
        change();
        Interlocked.Increment(ref _changes);
    }

    /// <summary>Frozen dispatch refuses changes and other policies: that is documented. Anything else is not.</summary>
    private void Run(Action action)
    {
        try
        {
            action();
        }
        catch (DispatchFrozenException)
        {
        }
#pragma warning disable CA1031 // Whatever else is thrown fails the test.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _unexpected.Enqueue(exception);
        }
    }
}
