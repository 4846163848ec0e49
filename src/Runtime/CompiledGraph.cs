using System.Diagnostics;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Graph.Views;
using Evergraph.Passes;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Runtime;

/// <summary>A graph that runs at every size in its declared ranges without being compiled again. Thread-safe.</summary>
public sealed class CompiledGraph : IDisposable
{
    // Symbols of one graph that fit on the stack of a call.
    private const int StackSymbols = 64;

    private readonly CallBinder _binder;
    private readonly RequirementChecks _requirements;
    private readonly IExecutable _executable;
    private readonly Dispatcher _dispatcher;
    private readonly int _symbolCount;
    private readonly bool _needsGroup;
    private readonly int[] _overwrittenInputs;
    private readonly Lock? _mutation;

    internal CompiledGraph(
        TensorGraph graph,
        string backend,
        int ranks,
        IReadOnlyList<PassRecord> passes,
        CallBinder binder,
        RequirementChecks requirements,
        RunStatistics statistics,
        IExecutable executable,
        Dispatcher dispatcher)
    {
        Graph = graph;
        Passes = passes;
        Statistics = statistics;
        Ranks = ranks;
        Backend = backend;
        _binder = binder;
        _requirements = requirements;
        _executable = executable;
        _dispatcher = dispatcher;
        _symbolCount = graph.Symbols().Count;
        _needsGroup = Ranks > 1 && SplitGraphs.NeedGroup(graph);
        var inputs = graph.Inputs.Select(input => input.Name).ToList();
        _overwrittenInputs = [.. graph.Outputs.Where(output => output.Kind == GraphOutputKind.InputMutation).Select(output => inputs.IndexOf(output.Target))];
        _mutation = graph.Outputs.Any(output => output.Kind == GraphOutputKind.BufferMutation) ? new() : null;
    }

    /// <summary>The graph after the passes: the same for every rank.</summary>
    public TensorGraph Graph { get; }

    /// <summary>The name of the backend that runs it.</summary>
    public string Backend { get; }

    /// <summary>What each pass did, in order.</summary>
    public IReadOnlyList<PassRecord> Passes { get; }

    /// <summary>What the compiled graph has done so far.</summary>
    public RunStatistics Statistics { get; }

    /// <summary>How many ranks share the model.</summary>
    public int Ranks { get; }

    /// <summary>Runs on this thread.</summary>
    /// <inheritdoc cref="Run(IReadOnlyList{Tensor}, IProcessGroup)"/>
    public Tensor[] Run(params Tensor[] inputs) => RunChecked(inputs, null);

    /// <summary>Runs on this thread.</summary>
    /// <inheritdoc cref="Run(IReadOnlyList{Tensor}, IProcessGroup)"/>
    public Tensor[] Run(IReadOnlyList<Tensor> inputs) => RunChecked(ArrayOf(inputs), null);

    /// <summary>Runs on this thread as one rank of a group; every rank of the group makes the same call.</summary>
    /// <param name="inputs">One tensor for each input of the graph; those that the graph overwrites are written.</param>
    /// <param name="group">The group, of as many ranks as the graph is compiled for.</param>
    /// <returns>The results, in order, in memory of their own. Overwritten buffers are seen by the next run.</returns>
    /// <remarks>
    /// Runs that overwrite buffers wait for each other, rank by rank: do not let two groups run such a graph at the same
    /// time, whose ranks could wait for each other crosswise. <see cref="RunOnRanks"/> takes care of that.
    /// </remarks>
    /// <exception cref="CallException">The inputs or the group are not what the graph takes.</exception>
    /// <exception cref="ShapeException">A requirement on sizes does not hold.</exception>
    /// <exception cref="KernelException">A kernel failed, or its results are not what its fake said.</exception>
    /// <exception cref="ProcessGroupException">Another rank failed, or ranks disagree.</exception>
    public Tensor[] Run(IReadOnlyList<Tensor> inputs, IProcessGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return RunChecked(ArrayOf(inputs), group);
    }

    /// <summary>Runs on all ranks, each on a thread of its own, with the same inputs.</summary>
    /// <param name="inputs">One tensor for each input of the graph; those that the graph overwrites get rank 0's values.</param>
    /// <param name="timeout">How long ranks wait for each other; null for <see cref="ThreadProcessGroup.DefaultTimeout"/>.</param>
    /// <returns>For each rank its results.</returns>
    /// <exception cref="CallException">The inputs are not what the graph takes.</exception>
    /// <exception cref="ShapeException">A requirement on sizes does not hold.</exception>
    /// <exception cref="ProcessGroupException">A rank failed: the message names it, the inner exception is what it threw.</exception>
    public Tensor[][] RunOnRanks(IReadOnlyList<Tensor> inputs, TimeSpan? timeout = null)
    {
        using var activity = StartRun();
        var tensors = ArrayOf(inputs);
        long[] symbols = new long[_symbolCount];
        Check(tensors, symbols);

        // A rank must not overwrite what another still reads.
        var ofRank = Enumerable.Range(0, Ranks).Select(rank => rank == 0 ? tensors : WithOwnOverwritten(tensors)).ToArray();
        Tensor[][] results;
        _mutation?.Enter();
        try
        {
            results = RankThreads.Run(Ranks, timeout ?? ThreadProcessGroup.DefaultTimeout, group => _executable.Run(ofRank[group.Rank], symbols, group));
        }
        finally
        {
            _mutation?.Exit();
        }

        Statistics.CountRun();
        return results;
    }

    /// <summary>Runs with inputs that lie on a device, and leaves the results there; returns when the run is enqueued, not when it is done.</summary>
    /// <param name="inputs">One tensor for each input of the graph.</param>
    /// <param name="group">The group in which this thread is one rank, or null.</param>
    /// <returns>The results, in order, in memory of their own; reading one waits for the run.</returns>
    /// <exception cref="CallException">The inputs or the group are not what the graph takes, or the backend has no device.</exception>
    /// <exception cref="ShapeException">A requirement on sizes does not hold.</exception>
    /// <exception cref="KernelException">A node failed.</exception>
    public DeviceTensor[] RunOnDevice(IReadOnlyList<DeviceTensor> inputs, IProcessGroup? group = null) =>
        RunOnce(
            _executable as IDeviceExecutable ?? throw new CallException($"the {Backend} backend has no device: expected a graph compiled with Backend = \"cuda\"; use Run"),
            [.. inputs.Select(input => input.Tensor)], group, static (device, tensors, symbols, group) => device.RunOnDevice(tensors, symbols, group));

    /// <summary>Runs once, each step by itself, and says how long each took.</summary>
    /// <param name="inputs">One tensor for each input of the graph.</param>
    /// <param name="group">The group in which this thread is one rank, or null.</param>
    /// <exception cref="CallException">The inputs or the group are not what the graph takes, or the backend does not tell steps apart.</exception>
    public RunProfile Profile(IReadOnlyList<Tensor> inputs, IProcessGroup? group = null) =>
        RunOnce(ProfiledExecutable(), ArrayOf(inputs), group, ProfileRank);

    /// <summary>Runs once on all ranks, each on a thread of its own with the same inputs, and says how long each step took on each of them.</summary>
    /// <param name="inputs">One tensor for each input of the graph; those that the graph overwrites are written by every rank.</param>
    /// <param name="timeout">How long ranks wait for each other; null for <see cref="ThreadProcessGroup.DefaultTimeout"/>.</param>
    /// <exception cref="CallException">The inputs are not what the graph takes, or the backend does not tell steps apart.</exception>
    public RunProfile[] ProfileOnRanks(IReadOnlyList<Tensor> inputs, TimeSpan? timeout = null)
    {
        var executable = ProfiledExecutable();
        var tensors = ArrayOf(inputs);
        return RankThreads.Run(Ranks, timeout ?? ThreadProcessGroup.DefaultTimeout, group => RunOnce(executable, group.Rank == 0 ? tensors : WithOwnOverwritten(tensors), group, ProfileRank));
    }

    /// <summary>What pictures show: the graph as it came and after each pass, what runs each node, and timed runs.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="profiles">What <see cref="Profile"/> told of runs.</param>
    /// <returns>A view that <see cref="HtmlView"/>, <see cref="SvgView"/> and the other writers take.</returns>
    public GraphView View(string title = "graph", params IReadOnlyList<RunProfile> profiles)
    {
        var options = GraphViews.Options(title, Backends.Find(Backend), _dispatcher);
        return GraphView.Of(
            PassStages.Of(Passes.Count > 0 ? Passes[0].Before : Graph, Passes),
            options with { Runs = [.. profiles.Select(profile => GraphViews.Run(Backend, profile))] });
    }

    private IProfiledExecutable ProfiledExecutable() => _executable as IProfiledExecutable ?? throw new CallException(
        $"the {Backend} backend does not tell the steps of a run apart: expected a graph compiled with Backend = \"reference\" or \"cuda\"");

    private static RunProfile ProfileRank(IProfiledExecutable executable, Tensor[] tensors, long[] symbols, IProcessGroup? group) => executable.Profile(tensors, symbols, group);

    private TResult RunOnce<TExecutable, TResult>(TExecutable executable, Tensor[] inputs, IProcessGroup? group, Func<TExecutable, Tensor[], long[], IProcessGroup?, TResult> run)
    {
        using var activity = StartRun();
        group = GroupOf(group);
        try
        {
            long[] symbols = new long[_symbolCount];
            Check(inputs, symbols);
            TResult result;
            if (group is null)
            {
                result = run(executable, inputs, symbols, null);
            }
            else
            {
                using (ProcessGroup.Use(group))
                    result = run(executable, inputs, symbols, group);
            }

            Statistics.CountRun();
            return result;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            group?.Abort(exception);
            throw;
        }
    }

    /// <summary>Gives back at once what the backend holds outside .NET, such as sessions and packed weights. No run may go on or follow.</summary>
    public void Dispose() => (_executable as IDisposable)?.Dispose();

    private static Tensor[] ArrayOf(IReadOnlyList<Tensor> inputs) => inputs as Tensor[] ?? [.. inputs];

    private Tensor[] RunChecked(Tensor[] inputs, IProcessGroup? group)
    {
        using var activity = StartRun();
        group = GroupOf(group);
        activity?.SetTag("evergraph.rank", group?.Rank ?? 0);
        try
        {
            Span<long> symbols = _symbolCount <= StackSymbols ? stackalloc long[_symbolCount] : new long[_symbolCount];
            Check(inputs, symbols);
            Tensor[] results;
            if (group is null)
            {
                results = _executable.Run(inputs, symbols, null);
            }
            else
            {
                using (ProcessGroup.Use(group))
                    results = _executable.Run(inputs, symbols, group);
            }

            Statistics.CountRun();
            return results;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            group?.Abort(exception);
            throw;
        }
    }

    private void Check(Tensor[] inputs, Span<long> symbols)
    {
        _binder.Bind(inputs, symbols);
        Statistics.CountChecks(_requirements.CheckAfter(SymbolTable.AtCall, symbols));
    }

    /// <summary>The group that a run needs: the one given, or else the one in force on this thread.</summary>
    private IProcessGroup? GroupOf(IProcessGroup? given)
    {
        var group = given ?? (Ranks > 1 ? ProcessGroup.Current : null);
        if (group is null)
        {
            return !_needsGroup ? null : throw new CallException(
                $"the graph is compiled for {Ranks} ranks: expected a process group, given none; pass one to Run, or call RunOnRanks");
        }

        return group.Size == Ranks ? group : throw new CallException(
            $"the graph is compiled for {Ranks} rank{(Ranks == 1 ? "" : "s")}: expected a process group of that size, given '{group.Name}' of {group.Size}; compile with TensorParallel = {group.Size}");
    }

    private Tensor[] WithOwnOverwritten(Tensor[] inputs)
    {
        if (_overwrittenInputs.Length == 0)
            return inputs;
        var own = inputs.AsSpan().ToArray();
        foreach (int input in _overwrittenInputs)
            own[input] = inputs[input].Clone();
        return own;
    }

    private Activity? StartRun() =>
        Telemetry.Activities.StartActivity("evergraph.run")?.SetTag("evergraph.backend", Backend).SetTag("evergraph.ranks", Ranks);
}
