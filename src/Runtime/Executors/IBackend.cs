using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime;

/// <summary>Makes graphs runnable on one kind of machine.</summary>
public interface IBackend
{
    /// <summary>The name that options and commands use, such as <c>reference</c>.</summary>
    string Name { get; }

    /// <summary>Why this backend cannot be used on this machine, or null where it can.</summary>
    string? Unavailable() => null;

    /// <summary>
    /// Begins, on other threads, what takes long and does not need the graph, such as to start a device's driver: the graph's passes run meanwhile.
    /// Fails never; what goes wrong is said when the graph is loaded.
    /// </summary>
    /// <param name="options">How the graph will be compiled.</param>
    void Begin(CompileOptions options)
    {
    }

    /// <summary>How each node of a graph that verifies would run here, in node order; nothing is run.</summary>
    IReadOnlyList<NodePlacement> Place(TensorGraph graph, Dispatcher dispatcher) =>
        [.. graph.Nodes.Select(node => NodePlacement.InCSharp(graph, node, dispatcher))];

    /// <summary>
    /// Prepares a graph that verifies, as far as that goes while what <see cref="Begin"/> began may still be going on; nothing is asked of the
    /// machine. Whether the backend can be used here is asked between this and what it returns.
    /// </summary>
    /// <returns>What loads the graph, as <see cref="Load"/> does; called once.</returns>
    Func<IExecutable> Plan(TensorGraph graph, LoadContext context) => () => Load(graph, context);

    /// <summary>Prepares a graph that verifies.</summary>
    /// <exception cref="MissingKernelException">There is no implementation of some of its operators; all are listed.</exception>
    IExecutable Load(TensorGraph graph, LoadContext context);
}

/// <summary>A graph that can run. Thread-safe: several calls and several ranks may run at once.</summary>
public interface IExecutable
{
    /// <summary>Runs on one rank. The caller has checked the inputs and the requirements on them.</summary>
    /// <param name="inputs">The inputs; one that the graph overwrites is written after the last node.</param>
    /// <param name="symbols">The values of the symbols that are known at the call, by slot.</param>
    /// <param name="group">The group in which this thread is one rank, or null where the graph needs none.</param>
    /// <returns>The outputs that are results, in order, in memory of their own.</returns>
    /// <exception cref="KernelException">A kernel failed, or its results are not what its fake said.</exception>
    /// <exception cref="ShapeException">A requirement on a size that depends on data does not hold.</exception>
    Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group);
}

/// <summary>What a backend is told about the compilation that it is part of.</summary>
/// <param name="Symbols">The slots of the symbols' values.</param>
/// <param name="Requirements">The requirements; the executable checks those on data-dependent sizes.</param>
/// <param name="Statistics">Where branches and bytes are counted.</param>
/// <param name="Ranks">How many ranks share the model.</param>
/// <param name="Dispatcher">Chooses the implementation of each node's operator.</param>
/// <param name="Logger">For compile events.</param>
/// <param name="Options">How the graph is compiled, for what only one backend reads.</param>
public sealed record LoadContext(
    SymbolTable Symbols, RequirementChecks Requirements, RunStatistics Statistics, int Ranks, Dispatcher Dispatcher, ILogger Logger, CompileOptions Options);

/// <summary>A graph whose runs can be looked into.</summary>
internal interface IProfiledExecutable : IExecutable
{
    /// <summary>How each shape of maybe-FlashComm layer goes, with what was measured; empty before ranks have met on devices.</summary>
    IReadOnlyList<string> FlashCommChoices => [];

    /// <summary>Runs on one rank, and says how long each step took.</summary>
    RunProfile Profile(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group);
}

/// <summary>A graph whose inputs and outputs can stay on devices.</summary>
internal interface IDeviceExecutable : IProfiledExecutable
{
    /// <summary>Runs on one rank with the results left on its device; returns when all is enqueued.</summary>
    /// <exception cref="CallException">The graph overwrites inputs.</exception>
    DeviceTensor[] RunOnDevice(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group);
}
