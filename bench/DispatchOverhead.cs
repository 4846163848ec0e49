using BenchmarkDotNet.Attributes;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Bench;

/// <summary>
/// A call through dispatch, against a call of the same delegate. Aim: at most 50 ns more and no bytes where it was decided
/// before, also under a policy in scope; at most 20 µs to decide.
/// </summary>
public class DispatchOverhead
{
    private const int Calls = 1000;

    private readonly Dispatcher _dispatcher = new();
    private readonly DispatchSite _site;
    private readonly DispatchSite _rmsNorm;
    private readonly KernelFunction _direct = static (arguments, results) => results[0] = arguments[0].Tensor;
    private readonly KernelArgument[] _arguments = [KernelArgument.Of(Tensor.Zeros(DType.Float32, 4, 8))];
    private readonly Tensor[] _results = new Tensor[1];
    private readonly DTypeSet _dtypes = DTypeSet.Of(DType.Float32);
    private IDisposable? _scope;

    public DispatchOverhead()
    {
        var definition = new OperatorDefinition(
            OperatorSchema.Parse("bench::touch(Tensor x) -> Tensor"), OperatorTraits.Pure, static arguments => [arguments.Tensor(0)], [new(Backend.Reference, _direct)]);
        _dispatcher.Register(new Implementation { Operator = definition.Name, Id = "fast", Kind = ImplementationKind.Default, Function = _direct });
        _site = new(definition, _dispatcher);
        _rmsNorm = new(RmsNorm.Definition, _dispatcher);
    }

    [GlobalSetup(Target = nameof(CachedInScope))]
    public void EnterScope() => _scope = DispatchPolicy.Use(new() { Prefer = PreferredKind.Reference });

    [GlobalCleanup(Target = nameof(CachedInScope))]
    public void LeaveScope() => _scope?.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public void Direct()
    {
        for (int i = 0; i < Calls; i++)
            _direct(_arguments, _results);
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public void Cached() => Call();

    [Benchmark(OperationsPerInvoke = Calls)]
    public void CachedInScope() => Call();

    [Benchmark]
    public Resolution Cold()
    {
        _dispatcher.ClearFailures();
        return _rmsNorm.Resolve(_dtypes);
    }

    private void Call()
    {
        for (int i = 0; i < Calls; i++)
            _site.Call(null, _arguments, _dtypes, _results);
    }
}
