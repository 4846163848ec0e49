using Evergraph.CustomOps.Checking;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Checking;

/// <summary>The check holds every implementation that dispatch would call against the reference.</summary>
public sealed class ImplementationCheckTests
{
    private const double NaN = double.NaN;
    private const double Infinity = double.PositiveInfinity;

    private readonly Dispatcher _dispatcher = new(new() { Plugins = [] });

    [Theory]
    [InlineData(DType.Float32, 1000, 0, 1000, 0.009, true)]
    [InlineData(DType.Float32, 1000, 0, 1000, 0.02, false)]
    [InlineData(DType.Float32, 1, 1, 1, 1.00001, true)]
    [InlineData(DType.Float64, 1, 1, 1, 1 + 1e-12, true)]
    [InlineData(DType.Float64, 1, 1, 1, 1 + 1e-11, false)]
    [InlineData(DType.Float16, 1, 1, 1, 1.002, true)]
    [InlineData(DType.Float16, 1, 1, 1, 1.01, false)]
    [InlineData(DType.BFloat16, 1, 1, 1, 1.016, true)]
    [InlineData(DType.BFloat16, 1, 1, 1, 1.125, false)]
    [InlineData(DType.Float32, NaN, 1, NaN, 1, true)]
    [InlineData(DType.Float32, NaN, 1, 1, 1, false)]
    [InlineData(DType.Float32, 1, 1, NaN, 1, false)]
    [InlineData(DType.Float32, Infinity, 1, Infinity, 1, true)]
    [InlineData(DType.Float32, Infinity, 1, Infinity, 2, false)]
    [InlineData(DType.Float32, Infinity, 1, 1, 1, false)]
    [InlineData(DType.Float32, Infinity, 1, -Infinity, 1, false)]
    [InlineData(DType.Float32, Infinity, 1, NaN, 1, false)]
    [InlineData(DType.Float32, 1, 1, Infinity, 1, false)]
    [InlineData(DType.Int64, 5, 6, 5, 6, true)]
    [InlineData(DType.Int64, 5, 6, 5, 7, false)]
    [InlineData(DType.Bool, 0, 1, 0, 0, false)]
    public void ItAgreesUpToRounding(DType dtype, double first, double second, double givenFirst, double givenSecond, bool agrees)
    {
        var definition = Define(dtype, Gives(dtype, first, second));
        _dispatcher.Register(Make("fast", Gives(dtype, givenFirst, givenSecond)));
        var result = Run(definition);
        Assert.Equal(agrees, result.IsSound);
        Assert.All(result.Failures, failure => Assert.StartsWith("fast kernel: result 0 differs from the reference: element ", failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ADifferenceTellsElementNumbersAndWhatIsAllowed()
    {
        var definition = Define(DType.Float64, Gives(DType.Float64, 2, 0));
        _dispatcher.Register(Make("fast", Gives(DType.Float64, 2, 0.5)));
        Assert.Equal("fast kernel: result 0 differs from the reference: element 1: expected 0, given 0.5; allowed is 2.0E-012", Run(definition).Failures[0].Message);
    }

    [Fact]
    public void OneThatIsNotTheFirstChoiceIsCheckedToo()
    {
        var definition = Define(DType.Int64, Gives(DType.Int64, 5, 6));
        _dispatcher.Register(Make("fast", Gives(DType.Int64, 5, 6)), Make("slow", Gives(DType.Int64, 5, 7)) with { Priority = 1 });
        Assert.StartsWith("slow kernel: ", Run(definition).Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneThatIsNotDeterministicIsCaught()
    {
        int calls = 0;
        var definition = Define(DType.Float64, Gives(DType.Float64, 1, 1));
        _dispatcher.Register(Make("fast", (arguments, results) => Gives(DType.Float64, 1, 1 + (1e-15 * (calls++ % 2)))(arguments, results)));
        Assert.StartsWith("fast kernel: result 0 differs between two runs", Run(definition).Failures[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneThatDoesNotTakeTheTypesIsNotCalled()
    {
        var definition = Define(DType.Int64, Gives(DType.Int64, 5, 6));
        _dispatcher.Register(Make("half", Gives(DType.Int64, 5, 7)) with { DTypes = DTypeSet.Of(DType.Float16) });
        Assert.True(Run(definition).IsSound);
    }

    [Fact]
    public void OneMayDeclineSamplesButNotAll()
    {
        int calls = 0;
        var definition = Define(DType.Int64, Gives(DType.Int64, 5, 6));
        var fast = Gives(DType.Int64, 5, 6);
        _dispatcher.Register(
            Make("never", (_, _) => throw new ImplementationException("not this one")),
            Make("sometimes", (arguments, results) =>
            {
                if (calls++ % 3 == 0)
                    throw new ImplementationException("not this one");
                fast(arguments, results);
            }));
        var result = Run(definition);
        Assert.Equal(6, result.Passed);
        Assert.Equal("never kernel: it declined every sample that dispatch would give it", Assert.Single(result.Failures).Message);
    }

    [Fact]
    public void TheReferenceAndTheOnlyOneMayNotDecline()
    {
        KernelFunction declining = (_, _) => throw new ImplementationException("not this one");
        var definition = Define(DType.Int64, declining);
        Assert.Equal("ImplementationException: not this one", Run(definition).Failures[0].Message);
        _dispatcher.Register(Make("fast", Gives(DType.Int64, 5, 6)));
        Assert.Equal("ImplementationException: not this one", Run(definition).Failures[0].Message);

        _dispatcher.SetPolicy(new() { PerOperator = new() { ["test::checked"] = "impl:only" } });
        _dispatcher.Register(Make("only", declining));
        Assert.Equal("ImplementationException: not this one", Run(definition).Failures[0].Message);
    }

    private static OperatorDefinition Define(DType dtype, KernelFunction reference) => new(
        OperatorSchema.Parse("test::checked(Tensor x) -> Tensor"), OperatorTraits.Pure, _ => [new(dtype, [2])], [new(Backend.Reference, reference)],
        sample: s => s.Call(s.Tensor(DType.Float32, [1])));

    private static KernelFunction Gives(DType dtype, double first, double second) => (_, results) =>
    {
        var numbers = Casts.To(Tensor.From([first, second], 2), dtype);
        results[0] = Tensor.Empty(dtype, 2);
        numbers.ReadOnlyBytes().CopyTo(results[0].Bytes());
    };

    private static Implementation Make(string id, KernelFunction function) => new() { Operator = "test::checked", Id = id, Kind = ImplementationKind.Default, Function = function };

    private OperatorCheckResult Run(OperatorDefinition definition) => OperatorCheck.Run(definition, samples: 6, seed: 1, dispatcher: _dispatcher);
}
