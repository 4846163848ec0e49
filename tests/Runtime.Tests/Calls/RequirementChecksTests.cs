namespace Evergraph.Runtime.Tests;

public sealed class RequirementChecksTests
{
    private static readonly Symbol S0 = Model.Size("s0");
    private static readonly Symbol S1 = Model.Size("s1");

    [Fact]
    public void AnUnmetRequirementIsTheFakesErrorWithNumbers()
    {
        var compiled = Sum(new RunLog());
        var error = Assert.Throws<ShapeException>(() => compiled.Run(Model.Range(3), Model.Range(4)));
        Assert.Equal("test::add at layers.3 (model.py:7): sizes differ: expected 3 (s0), given 4", error.Message);
        Assert.Equal([6f, 8], Model.Numbers(compiled.Run(Model.Range(5), Model.Range(5))[0])[3..]);
    }

    [Fact]
    public void ItIsCheckedBeforeAnyNodeRuns()
    {
        var log = new RunLog();
        var compiled = Sum(log);
        Assert.Throws<ShapeException>(() => compiled.Run(Model.Range(3), Model.Range(4)));
        Assert.Equal(0, log.Runs);
        compiled.Run(Model.Range(3), Model.Range(3));
        Assert.Equal(1, log.Runs);
    }

    [Fact]
    public void ARequirementOnDataIsCheckedWhenTheDataIsKnown()
    {
        var log = new RunLog();
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S0));
        var y = builder.AddInput(Model.Input("y", S1));
        var positive = Model.Add(builder, Positive.Definition, x)[0];
        var observed = Model.Add(builder, log.Definition, y)[0];
        builder.AddOutput(new("out", Model.Add(builder, Add.Definition, observed, positive)[0]));
        var compiled = Model.Compile(builder.Build());

        var error = Assert.Throws<ShapeException>(() => compiled.Run(Model.Range(4), Model.Range(2)));
        Assert.Equal("test::add at layers.3 (model.py:7): sizes differ: expected 2 (s1), given 3", error.Message);
        Assert.Equal(0, log.Runs);
        Assert.Equal([1f, 3, 5], Model.Numbers(compiled.Run(Model.Range(4), Model.Range(3))[0]));
        Assert.Equal(1, compiled.Statistics.RequirementChecks);
    }

    [Fact]
    public void CheckingAllocatesNothing()
    {
        var graph = Sum(new RunLog()).Graph;
        var table = new SymbolTable(graph);
        var checks = new RequirementChecks(graph, table);
        long[] values = [12, 12];
        Assert.Equal(1, checks.CheckAfter(SymbolTable.AtCall, values));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            checks.CheckAfter(SymbolTable.AtCall, values);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static CompiledGraph Sum(RunLog log)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S0));
        var y = builder.AddInput(Model.Input("y", S1));
        var observed = Model.Add(builder, log.Definition, x)[0];
        builder.AddOutput(new("out", Model.Add(builder, Add.Definition, observed, y)[0]));
        return Model.Compile(builder.Build());
    }
}
