using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Native;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Operators of ours for one session: the domain that its options are given. It must outlive the session.</summary>
internal sealed unsafe class CustomOperatorSet : IDisposable
{
    private readonly OrtFunctions _api;
    private readonly nint _domain;
    private readonly List<CustomOperator> _operators = [];

    /// <summary>Offers operators to sessions.</summary>
    /// <param name="api">The functions.</param>
    /// <param name="operators">The operators.</param>
    /// <param name="dispatcher">Chooses their implementations.</param>
    /// <exception cref="EvergraphException">Two have the same name in ONNX.</exception>
    public CustomOperatorSet(OrtFunctions api, IEnumerable<OperatorDefinition> operators, Dispatcher dispatcher)
    {
        _api = api;
        Dispatcher = dispatcher;
        var names = new Dictionary<string, OperatorDefinition>(StringComparer.Ordinal);
        foreach (var definition in operators)
        {
            string name = OperatorNames.Of(definition);
            if (!names.TryAdd(name, definition))
                throw new EvergraphException($"{definition.Name} and {names[name].Name} have the same name in ONNX, {OperatorNames.Domain}.{name}: give one of them another");
        }

        _operators.AddRange(names.Values.Select(definition => new CustomOperator(definition, this)));
        DomainRegistration.Ensure();
        _domain = DomainRegistration.CreateDomain(api);
        foreach (var custom in _operators)
            OrtStatus.Check(api, api.CustomOpDomainAdd(_domain, custom.Native), $"adding {custom.Definition.Name}");
    }

    /// <summary>Chooses implementations.</summary>
    public Dispatcher Dispatcher { get; }

    /// <summary>Where a node comes from in the model's code, by its number in the compiled graph, for errors.</summary>
    public Func<int, NodeSource>? Source { get; init; }

    /// <summary>Where the branches of a node are counted, by its number in the compiled graph; null for nodes that have none.</summary>
    public Func<int, BranchRecorder?>? Branches { get; init; }

    /// <summary>Makes the operators known to sessions of these options.</summary>
    public void AddTo(nint sessionOptions) => OrtStatus.Check(_api, _api.AddCustomOpDomain(sessionOptions, _domain), "adding our operators");

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.ReleaseCustomOpDomain(_domain);
        foreach (var custom in _operators)
            custom.Dispose();
    }
}
