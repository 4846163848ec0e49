namespace Evergraph.Runtime.Tests;

/// <summary>An operator of this test's own that copies its operand and counts how often it ran.</summary>
internal sealed class RunLog
{
    private int _runs;

    public RunLog() => Definition = new(
        OperatorSchema.Parse("test::observe(Tensor x) -> Tensor"),
        OperatorTraits.Pure,
        static arguments => [arguments.Tensor(0)],
        [new(Backend.Reference, Run)]);

    public OperatorDefinition Definition { get; }

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Called by each run with the operand.</summary>
    public Action<Tensor>? OnRun { get; init; }

    private void Run(ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results)
    {
        Interlocked.Increment(ref _runs);
        OnRun?.Invoke(arguments[0].Tensor);
        results[0] = arguments[0].Tensor.Clone();
    }
}
