namespace Evergraph.Graph.Tests;

/// <summary>Three operators that the tests of graphs need: one that asks something of sizes, one of data-dependent size, one with two results.</summary>
internal static class TestOperators
{
    public static OperatorDefinition Mm { get; } = new(
        OperatorSchema.Parse("test::mm(Tensor a, Tensor b) -> Tensor"),
        OperatorTraits.Pure,
        static arguments =>
        {
            var (a, b) = (arguments.Tensor(0), arguments.Tensor(1));
            FakeContext.Require(a.Rank == 2 && b.Rank == 2, "two matrices are needed");
            FakeContext.Require(b.Shape[0] == a.Shape[1], "inner sizes differ");
            return [new(a.DType, [a.Shape[0], b.Shape[1]])];
        },
        [new(Backend.Reference, static (arguments, results) => results[0] = Tensor.Zeros(DType.Float32, arguments[0].Tensor.Sizes[0], arguments[1].Tensor.Sizes[1]))]);

    public static OperatorDefinition Find { get; } = new(
        OperatorSchema.Parse("test::find(Tensor x, str what=\"zero\", Scalar? scale=None, float[] weights=[], bool[]? mask=None, ScalarType? dtype=None) -> Tensor"),
        OperatorTraits.Pure | OperatorTraits.DataDependent,
        static arguments => [new(DType.Int64, [FakeContext.FreshSymbol(arguments.Tensor(0).Shape.Elements), arguments.Tensor(0).Rank])],
        []);

    public static OperatorDefinition Halves { get; } = new(
        OperatorSchema.Parse("test::halves(Tensor x, SymInt[]? sizes=None) -> (Tensor left, Tensor right)"),
        OperatorTraits.Pure | OperatorTraits.View,
        static arguments =>
        {
            var x = arguments.Tensor(0);
            var left = x with { Shape = x.Shape.With(0, x.Shape[0] / 2) };
            return [left, x with { Shape = x.Shape.With(0, x.Shape[0] - (x.Shape[0] / 2)) }];
        },
        []);

    public static OperatorDefinition Mutate { get; } = new(
        OperatorSchema.Parse("test::mutate_(Tensor(a!) x) -> Tensor(a!)"), OperatorTraits.Mutates, static arguments => [arguments.Tensor(0)], []);

    public static OperatorRegistry Registry { get; } = new OperatorRegistry().Register(Mm, Find, Halves, Mutate);

    public static Symbol Tokens { get; } = new("s0", 0, 64);

    public static Argument Of(Value value) => new TensorArgument(value);
}
