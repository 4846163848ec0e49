using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime.Tests;

public sealed class BackendChoiceTests
{
    private static readonly Symbol S = Model.Size("s");

    [Fact]
    public void TheFastOneIsTheDefaultWhereItCanBeUsed()
    {
        var fast = new FakeBackend("fast", null);
        var choice = Backends.Best(fast, new FakeBackend("slow", null));
        Assert.Same(fast, choice.Backend);
        Assert.Equal("the default, the fastest on this machine", choice.Reason);
    }

    [Fact]
    public void OtherwiseTheOneThatAlwaysRunsAndWhyIsTold()
    {
        var slow = new FakeBackend("slow", null);
        var choice = Backends.Best(new FakeBackend("fast", "there is no library"), slow);
        Assert.Same(slow, choice.Backend);
        Assert.Equal("the default, fast, cannot be used here: there is no library", choice.Reason);
    }

    [Fact]
    public void OneThatIsAskedForAndCannotBeUsedIsRefused()
    {
        var error = Assert.Throws<EvergraphException>(() => Backends.Named(new FakeBackend("fast", "there is no library")));
        Assert.Equal("backend fast cannot be used here: there is no library", error.Message);
        Assert.Equal("asked for", Backends.Choose(Backend.Reference).Reason);
    }

    [Fact]
    public void TheDefaultIsLoggedOnceAndWhatIsAskedForIsNot()
    {
        var log = new ListLogger();
        GraphCompiler.Compile([Model.Input("x", S)], inputs => [Scale.Invoke(inputs[0], 1)], new() { LoggerFactory = log }).Dispose();
        Assert.Equal("backend onnxruntime: the default, the fastest on this machine", Assert.Single(log.Lines, line => line.StartsWith("backend ", StringComparison.Ordinal)));

        Assert.Equal(LogLevel.Information, log.Levels[log.Lines.FindIndex(line => line.StartsWith("backend ", StringComparison.Ordinal))]);

        log = new();
        using var compiled = GraphCompiler.Compile([Model.Input("x", S)], inputs => [Scale.Invoke(inputs[0], 1)], new() { Backend = Backend.Reference, LoggerFactory = log });
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("backend ", StringComparison.Ordinal));
        Assert.Equal(Backend.Reference, compiled.Backend);
    }

    private sealed class FakeBackend(string name, string? unavailable) : IBackend
    {
        public string Name => name;

        public string? Unavailable() => unavailable;

        public IExecutable Load(TensorGraph graph, LoadContext context) => throw new NotSupportedException();
    }
}
