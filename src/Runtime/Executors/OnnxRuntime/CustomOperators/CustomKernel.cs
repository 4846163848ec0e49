using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>One node's kernel: the plans of its calls with their frames. Thread-safe.</summary>
internal sealed class CustomKernel
{
    // Plans for exact sizes are made where a fake takes no symbols; more than these are not worth their memory.
    private const int MostPlans = 64;

    private readonly Dictionary<string, CallFrames> _unforeseen = new(StringComparer.Ordinal);
    private readonly CallLayout _layout;
    private readonly int _results;
    private volatile CallFrames? _latest;

    /// <summary>Creates a kernel.</summary>
    /// <param name="layout">The call.</param>
    /// <param name="results">How many results the node has.</param>
    /// <param name="site">Where the implementation to run is found.</param>
    public CustomKernel(CallLayout layout, int results, DispatchSite site)
    {
        _layout = layout;
        _results = results;
        Site = site;
    }

    /// <summary>Where the implementation to run is found.</summary>
    public DispatchSite Site { get; }

    /// <summary>What implementations keep of the node's constant operands.</summary>
    public required PreparedOperands Prepared { get; init; }

    /// <summary>The node's number in the compiled graph, or −1.</summary>
    public int Node { get; init; } = -1;

    /// <summary>Where the node comes from in the model's code, for errors.</summary>
    public NodeSource Source { get; init; } = NodeSource.None;

    /// <summary>The operator and the node, for errors.</summary>
    public required string Name { get; init; }

    /// <summary>Where branches are counted, or null.</summary>
    public BranchRecorder? Branches { get; init; }

    /// <summary>Plans the calls for inputs of these types.</summary>
    /// <exception cref="EvergraphException">They are no legal call of the operator, or the node has another number of results.</exception>
    public CallPlan Plan(TensorType[] inputs)
    {
        var plan = new CallPlan(_layout, inputs);
        if (plan.Results.Length != _results)
            throw new EvergraphException($"{_layout.Operator.Name}: the node has {_results} outputs: expected {plan.Results.Length}, as many as the operator's fake says");
        return plan;
    }

    /// <summary>Expects calls of this plan.</summary>
    public void Expect(CallPlan plan) => _latest = new(this, plan);

    /// <summary>Runs the operator in a call of ONNX Runtime.</summary>
    public void Compute(nint context)
    {
        if (_latest is not { } latest || !latest.TryRun(context))
            ComputeUnforeseen(context);
    }

    /// <summary>
    /// Runs the operator on inputs that are not as planned: ONNX Runtime had lost their shapes when the kernel was made, or a model of
    /// another tool names sizes wrongly. The plan is made anew from what comes in, over all sizes of these ranks; where the fake refuses
    /// those, such as sizes that are the same or 1 only now, for these sizes alone.
    /// </summary>
    private void ComputeUnforeseen(nint context)
    {
        var given = InputTypes.OfCall(context, _layout.InputCount, Name);
        if (_layout.InputTypes is { } promised)
            throw CallFault.OtherInputs(promised, given);
        var ofRanks = Array.ConvertAll(given, type => new TensorType(type.DType, Shape.FromSizes(new long[type.Rank])));
        var frames = FindOrPlan(Key("ranks", ofRanks), () => WithFreshSizes(given));
        if (frames is not null && frames.TryRun(context))
        {
            _latest = frames;
            return;
        }

        frames = FindOrPlan(Key("sizes", given), () => given)!;
        if (!frames.TryRun(context))
            throw new InvalidOperationException($"a plan for ({string.Join(", ", given.AsEnumerable())}) does not fit them");
        _latest = frames;
    }

    /// <summary>Finds a plan or makes it; null where the fake refuses symbols.</summary>
    private CallFrames? FindOrPlan(string key, Func<TensorType[]> types)
    {
        lock (_unforeseen)
        {
            if (_unforeseen.TryGetValue(key, out var frames))
                return frames;
            var inputs = types();
            try
            {
                frames = new(this, Plan(inputs));
            }
            catch (EvergraphException) when (inputs.Any(type => type.Shape.Any(size => !size.IsConstant)))
            {
                return null;
            }

            if (_unforeseen.Count == MostPlans)
                _unforeseen.Clear();
            _unforeseen.Add(key, frames);
            return frames;
        }
    }

    private static TensorType[] WithFreshSizes(TensorType[] given) => [.. given.Select((type, input) => new TensorType(
        type.DType, Shape.Create([.. Enumerable.Range(0, type.Rank).Select(axis => (Dim)new Symbol($"input{input}_{axis}", 0, Symbol.Unbounded))])))];

    private static string Key(string kind, TensorType[] types) => $"{kind} {string.Join(' ', types.AsEnumerable())}";
}
