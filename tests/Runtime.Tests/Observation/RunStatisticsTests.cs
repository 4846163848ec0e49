using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Evergraph.Runtime.Tests;

public sealed class RunStatisticsTests
{
    private static readonly Symbol S = Model.Size("s");

    [Fact]
    public void CountsCallsAndBranchesOfEachNode()
    {
        var compiled = Compile();
        foreach (long size in new[] { 1L, 3, 4, 9, 9 })
            compiled.Run(Model.Range(size));
        Assert.Equal(1, compiled.Statistics.Compilations);
        Assert.Equal(5, compiled.Statistics.Runs);
        Assert.Equal(["layers.3 (model.py:7): plain 2, fused 3", "layers.3 (model.py:7): plain 0, fused 5"], compiled.Statistics.Branches.Select(branch => branch.ToString()));
        Assert.Equal([0, 2], compiled.Statistics.Branches.Select(branch => branch.Node));
        Assert.Null(BranchRecorder.Current);
    }

    [Fact]
    public void ARunOnSeveralRanksIsOneRunAndOneBranchARank()
    {
        var builder = new GraphBuilder();
        builder.AddOutput(new("out", Model.Add(builder, Maybe.Definition, builder.AddInput(Model.Input("x", S)))[0]));
        var compiled = Model.Compile(builder.Build(), 3);
        compiled.RunOnRanks([Model.Range(2)]);
        Assert.Equal(1, compiled.Statistics.Runs);
        Assert.Equal(3, compiled.Statistics.Branches[0].Plain);
    }

    [Fact]
    public void BytesAreThePlansAndThoseOutside()
    {
        // Two slots of 4*s bytes for the chain; the output lies outside the plan.
        var compiled = Model.Compile([Model.Input("x", S)], inputs =>
            [Scale.Invoke(Scale.Invoke(Scale.Invoke(inputs[0], 1), 1), 1)]);
        compiled.Run(Model.Range(100));
        Assert.Equal(800, compiled.Statistics.PlannedBytes);
        Assert.Equal(1200, compiled.Statistics.PeakBytes);
        compiled.Run(Model.Range(10));
        Assert.Equal(80, compiled.Statistics.PlannedBytes);
        Assert.Equal(1200, compiled.Statistics.PeakBytes);
    }

    [Fact]
    public void MemoryThatStaysUnusedIsGivenBack()
    {
        long[] dims = [8 << 20, 16];
        var slots = new SlotMemory([[0], [1]], dims);
        slots.Take(0, dims[0]);
        slots.Take(1, dims[1]);
        Assert.Equal(dims[0] + 16, slots.EndRun());
        dims[0] = 100;
        for (int run = 1; run < SlotMemory.Patience; run++)
            slots.EndRun();
        Assert.Equal((8 << 20) + 16, slots.Capacity);
        Assert.Equal(116, slots.EndRun());
        Assert.Equal(16, slots.Capacity);
        Assert.True(slots.Take(0, 100).Length >= 100);
    }

    [Fact]
    public void MemoryThatIsNeededNowAndThenIsKept()
    {
        long[] dims = [8 << 20];
        var slots = new SlotMemory([[0]], dims);
        for (int run = 0; run < 100; run++)
        {
            dims[0] = run % 10 == 0 ? 8 << 20 : 64;
            slots.Take(0, dims[0]);
            slots.EndRun();
        }

        Assert.Equal(8 << 20, slots.Capacity);
    }

    [Fact]
    public void FiguresGoOutThroughTheMeter()
    {
        var figures = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        int thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((instrument, number, tags, _) =>
        {
            // Other tests run at the same time, on other threads.
            if (Environment.CurrentManagedThreadId != thread)
                return;
            string name = instrument.Name;
            foreach (var tag in tags)
                name += $" {tag.Value}";
            figures.AddOrUpdate(name, number, (_, sum) => sum + number);
        });
        listener.Start();
        var compiled = Compile();
        compiled.Run(Model.Range(5));
        compiled.Run(Model.Range(2));
        Assert.Equal(1, figures["evergraph.compilations"]);
        Assert.Equal(2, figures["evergraph.runs"]);
        Assert.Equal(1, figures["evergraph.branches layers.3 (model.py:7) plain"]);
        Assert.Equal(3, figures["evergraph.branches layers.3 (model.py:7) fused"]);
        Assert.True(figures["evergraph.planned_bytes"] > 0);
        Assert.True(figures["evergraph.peak_bytes"] > figures["evergraph.planned_bytes"]);
    }

    [Fact]
    public void RunsAreSpans()
    {
        var spans = new List<Activity>();
        int thread = Environment.CurrentManagedThreadId;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (Environment.CurrentManagedThreadId == thread)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var compiled = Compile();
        compiled.Run(Model.Range(5));
        Assert.Throws<CallException>(() => compiled.Run());
        Assert.Equal(
            ["evergraph.compile.verify", "evergraph.compile.passes", "evergraph.compile", "evergraph.run", "evergraph.run"], spans.Select(span => span.OperationName));
        Assert.All(spans[..2], part => Assert.Same(spans[2], part.Parent));
        Assert.Equal("reference", spans[3].GetTagItem("evergraph.backend"));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans[3..].Select(span => span.Status));
    }

    [Fact]
    public void CompilingIsLogged()
    {
        var log = new ListLogger();
        GraphCompiler.Compile([Model.Input("x", S)], inputs => [Scale.Invoke(inputs[0], 1)], new() { Backend = Model.Managed, Passes = [], LoggerFactory = log });
        Assert.StartsWith("compiled 1 nodes for 1 rank(s) on the reference backend in ", Assert.Single(log.Lines, line => !line.StartsWith("reference backend", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatNobodyObservesAllocatesOnlyItsResults()
    {
        var compiled = Model.Compile([Model.Input("x", S)], inputs => [inputs[0]]);
        var input = Model.Range(4);
        compiled.Run(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clone = input.Clone();
        long ofClone = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        var results = compiled.Run(input);
        long ofRun = GC.GetAllocatedBytesForCurrentThread() - before;

        // The two arrays of one item: the inputs of the params call, and the results.
        Assert.Equal(ofClone + (2 * 32), ofRun);
        Assert.Equal(Model.Numbers(clone), Model.Numbers(results[0]));
    }

    // maybe, concat with itself, maybe again.
    private static CompiledGraph Compile()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var first = Model.Add(builder, Maybe.Definition, x)[0];
        var tripled = builder.Add(Concat.Definition, [new TensorListArgument([first, first, first, x])], NodeSource.None)[0];
        builder.AddOutput(new("out", Model.Add(builder, Maybe.Definition, tripled)[0]));
        return Model.Compile(builder.Build());
    }
}
