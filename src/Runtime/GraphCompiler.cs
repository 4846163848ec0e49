using System.Diagnostics;
using Evergraph.Graph;
using Evergraph.Passes;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime;

/// <summary>Makes a graph runnable: verifies it, runs the passes, hands it to a backend. Once for all sizes.</summary>
public static class GraphCompiler
{
    /// <summary>Traces model code and compiles the graph.</summary>
    /// <param name="inputs">The inputs; sizes that vary are symbols.</param>
    /// <param name="model">The model: from input tensors to output tensors.</param>
    /// <param name="options">How to compile, or null for the defaults.</param>
    /// <inheritdoc cref="Compile(TensorGraph, CompileOptions?)"/>
    public static CompiledGraph Compile(IReadOnlyList<GraphInput> inputs, Func<Tensor[], Tensor[]> model, CompileOptions? options = null) =>
        Compile(Tracer.Trace(inputs, model), options);

    /// <summary>Compiles a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">How to compile, or null for the defaults.</param>
    /// <exception cref="InvalidGraphException">The graph does not verify.</exception>
    /// <exception cref="PassException">A pass broke the graph.</exception>
    /// <exception cref="MissingKernelException">The backend cannot run some of the operators.</exception>
    /// <exception cref="EvergraphException">The options do not fit the graph, or name no backend, or one that cannot be used on this machine.</exception>
    public static CompiledGraph Compile(TensorGraph graph, CompileOptions? options = null)
    {
        options ??= new();

        // Whether a backend that is asked for can be used here is known once it has begun, which may take as long as the passes do.
        var choice = options.Backend is { } name ? new(Backends.Find(name), "asked for") : Backends.Choose(null);
        return options.Cache is { } cache
            ? cache.GetOrAdd(CompileKey.Of(graph, choice.Backend, options), () => CompileAnew(graph, choice, options))
            : CompileAnew(graph, choice, options);
    }

    private static CompiledGraph CompileAnew(TensorGraph graph, BackendChoice choice, CompileOptions options)
    {
        using var activity = Telemetry.Activities.StartActivity("evergraph.compile");
        long start = Stopwatch.GetTimestamp();

        // First of all: a driver takes longer to start than everything up to the moment at which it is needed.
        var backend = choice.Backend;
        backend.Begin(options);
        var logger = options.LoggerFactory.CreateLogger("Evergraph.Runtime.GraphCompiler");
        if (options.TensorParallel < 1)
            throw new EvergraphException($"CompileOptions.TensorParallel is a number of ranks: expected at least 1, given {options.TensorParallel}");
        if (options.Backend is null)
            logger.LogInformation("backend {Backend}: {Reason}", backend.Name, choice.Reason);
        using (Telemetry.Phase("evergraph.compile.verify"))
            GraphVerifier.ThrowIfInvalid(graph);
        var passes = RunPasses(graph, options, logger);
        if (passes.Count > 0)
            graph = passes[^1].After;
        CheckSharding(graph, options.TensorParallel);

        var symbols = new SymbolTable(graph);
        var requirements = new RequirementChecks(graph, symbols);
        var statistics = new RunStatistics();
        var load = backend.Plan(graph, new(symbols, requirements, statistics, options.TensorParallel, options.Dispatcher, logger, options));
        Backends.Require(backend);
        var executable = load();
        var compiled = new CompiledGraph(graph, backend.Name, options.TensorParallel, passes, new(graph, symbols), requirements, statistics, executable, options.Dispatcher);
        Telemetry.Compilations.Add(1);
        activity?.SetTag("evergraph.backend", backend.Name).SetTag("evergraph.nodes", graph.Nodes.Length);
        logger.LogInformation(
            "compiled {Nodes} nodes for {Ranks} rank(s) on the {Backend} backend in {Milliseconds:0.0} ms: {Symbols} symbols, {Requirements} requirements, {Passes} of {AllPasses} passes changed the graph",
            graph.Nodes.Length, options.TensorParallel, backend.Name, Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            symbols.Count, graph.Requirements.Length, passes.Count(pass => pass.Changed), passes.Count);
        return compiled;
    }

    private static IReadOnlyList<PassRecord> RunPasses(TensorGraph graph, CompileOptions options, ILogger logger)
    {
        using var phase = Telemetry.Phase("evergraph.compile.passes");
        var pipeline = options.Passes is { } passes
            ? new PassPipeline(passes)
            : PassPipelines.Default(options.TensorParallel, options.Plan, options.FlashComm, options.Quantization);
        return pipeline.Run(graph, new(options.Operators, logger, options.Dispatcher));
    }

    private static void CheckSharding(TensorGraph graph, int ranks)
    {
        foreach (var parameter in graph.Parameters)
        {
            if (parameter.Sharding is { } sharding && sharding.Parts != ranks)
            {
                throw new EvergraphException(
                    $"parameter {parameter.Name} is cut into {sharding.Parts} parts: expected one for each of the {ranks} rank(s) of CompileOptions.TensorParallel; "
                    + $"compile with TensorParallel = {sharding.Parts}, or split the model for {ranks}");
            }
        }
    }
}
