using System.Collections.Concurrent;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>An operator whose implementations do nothing but leave their id behind.</summary>
internal sealed class Calls
{
    private readonly ConcurrentQueue<string> _ran = new();

    public Calls(string name = "test::twice", OperatorTraits traits = OperatorTraits.Pure) => Definition = new(
        OperatorSchema.Parse($"{name}(Tensor x) -> Tensor"),
        traits,
        static arguments => [arguments.Tensor(0)],
        [new(Backend.Reference, (arguments, results) => Run(Backend.Reference, arguments, results))]);

    public OperatorDefinition Definition { get; }

    /// <summary>What ran, in order, since this was last asked.</summary>
    public string Ran
    {
        get
        {
            string ran = string.Join(" ", _ran);
            _ran.Clear();
            return ran;
        }
    }

    /// <summary>An implementation that succeeds, or throws what it is told to.</summary>
    public Implementation Make(string id, ImplementationKind kind = ImplementationKind.Default, string? vendor = null, Func<Exception?>? fails = null) => new()
    {
        Operator = Definition.Name,
        Id = id,
        Kind = kind,
        Vendor = vendor,
        Function = (arguments, results) =>
        {
            Run(id, arguments, results);
            if (fails?.Invoke() is { } exception)
                throw exception;
        },
    };

    public Implementation Vendor(string id, string vendor, Func<Exception?>? fails = null) => Make(id, ImplementationKind.Vendor, vendor, fails);

    /// <summary>Calls the operator on float32[1] and tells what ran.</summary>
    public string Call(Dispatcher dispatcher, object? layer = null) => Call(new DispatchSite(Definition, dispatcher), layer);

    public string Call(DispatchSite site, object? layer = null)
    {
        var results = new Tensor[1];
        site.Call(layer, [KernelArgument.Of(Tensor.Zeros(DType.Float32, 1))], DTypeSet.Of([DType.Float32]), results);
        Assert.NotNull(results[0]);
        return Ran;
    }

    /// <summary>The ids in the order in which they would be tried.</summary>
    public string Order(Dispatcher dispatcher, params DType[] dtypes) =>
        string.Join(" ", dispatcher.Resolve(Definition, DTypeSet.Of(dtypes)).Usable.ToArray().Select(implementation => implementation.Id));

    /// <summary>Why an implementation stands where it stands, or was rejected.</summary>
    public string ReasonOf(Dispatcher dispatcher, string id, params DType[] dtypes) =>
        dispatcher.Resolve(Definition, DTypeSet.Of(dtypes)).Candidates.Single(candidate => candidate.Implementation.Id == id).Reason;

    private void Run(string id, ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results)
    {
        _ran.Enqueue(id);
        results[0] = arguments[0].Tensor.Clone();
    }
}
