using Evergraph.CustomOps.Aten;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Model;
using OfficialException = Microsoft.ML.OnnxRuntime.OnnxRuntimeException;

namespace Evergraph.Runtime.Tests;

/// <summary>Models of other tools with operators of ours, through the official API.</summary>
public sealed class OnnxRuntimeOperatorsTests
{
    private static readonly OperatorRegistry TestOperators = new OperatorRegistry().Register(typeof(Add).Assembly);

    [Fact]
    public void PlainAttributesAndPositionalInputs()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, "batch size", "n+1", 8)
            .Input("weight", DType.Float32, 8)
            .Output("y", DType.Float32, "batch size", "n+1", 8)
            .Node("rms_norm", ["x", "weight"], ["y"], Attributes.Float("eps", 0.25))
            .Load();
        var weight = Model.Range(8);
        foreach (long n in new[] { 3L, 1, 0, 5 })
        {
            var x = Model.Range(2, n, 8);
            Assert.Equal(Model.Numbers(CustomOps.RmsNorm.Invoke(x, weight, 0.25)), Model.Numbers(model.Run(x, weight)[0]));
        }
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("seq-1")]
    [InlineData("1")]
    [InlineData("a + ")]
    [InlineData("größe (b)")]
    [InlineData("unnamed_0")]
    [InlineData("")]
    public void NamesOfSizesAreOnlyNames(string name)
    {
        // Twice the rows, then one row more than x has: nothing of it follows from the names.
        using var model = new ForeignModel()
            .Input("x", DType.Float32, name, 2)
            .Input("seq", DType.Float32, "seq", 2)
            .Output("y", DType.Float32, null, 2)
            .Node("aten_cat", ["x", "x", "seq"], ["z"], Attributes.Int("dim", 0))
            .Node("aten_cat", ["z", "x"], ["y"], Attributes.Int("dim", 0))
            .Load();
        foreach (var (a, b) in new[] { (3, 4), (1, 1), (0, 2), (5, 0) })
        {
            Tensor x = Model.Range(a, 2), seq = Model.Range(b, 2);
            Assert.Equal(Model.Numbers(Cat.Invoke([x, x, seq, x])), Model.Numbers(model.Run(x, seq)[0]));
        }
    }

    [Fact]
    public void ASizeThatAModelNamesWronglyIsThatOfTheCall()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, "n", "m")
            .Input("y", DType.Float32, "n", "m")
            .Output("z", DType.Float32, null, null)
            .Node("aten_add_Tensor", ["x", "y"], ["z"])
            .Load();
        foreach (var (x, y) in new[] { (Model.Range(3, 2), Model.Range(3, 2)), (Model.Range(3, 2), Model.Range(1, 2)), (Model.Range(1, 1), Model.Range(4, 5)), (Model.Range(2, 2), Model.Range(2, 2)) })
        {
            var expected = AddTensor.Invoke(x, y);
            var given = model.Run(x, y)[0];
            Assert.Equal(expected.Type, given.Type);
            Assert.Equal(Model.Numbers(expected), Model.Numbers(given));
        }

        var error = Assert.Throws<OfficialException>(() => model.Run(Model.Range(3, 2), Model.Range(2, 2)));
        Assert.Contains("aten::add.Tensor at node 'node0': ", error.Message, StringComparison.Ordinal);
        Assert.Equal([0f, 2], Model.Numbers(model.Run(Model.Range(1, 2), Model.Range(1, 2))[0]));
    }

    [Fact]
    public void AShapeThatNobodyKnowsIsThatOfTheCall()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, null)
            .Output("y", DType.Float32, null)
            .Node("aten_neg", ["x"], ["z"])
            .Node("aten_cumsum", ["z"], ["y"], Attributes.Int("dim", -1))
            .Load();
        foreach (var x in new[] { Model.Range(3), Model.Range(2, 3), Model.Range(2, 1, 4), Model.Range(2, 0), Model.Range(5), Model.Range(3, 3) })
        {
            var expected = Cumsum.Invoke(Neg.Invoke(x), -1);
            var given = model.Run(x)[0];
            Assert.Equal(expected.Type, given.Type);
            Assert.Equal(Model.Numbers(expected), Model.Numbers(given));
        }
    }

    [Fact]
    public void SizesThatDependOnDataAreNotTakenToBeTheSame()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, "n")
            .Input("y", DType.Float32, "n")
            .Output("a", DType.Float32, null)
            .Output("b", DType.Float32, null)
            .Node("test_positive", ["x"], ["px"])
            .Node("test_positive", ["y"], ["py"])
            .Node("test_negate", ["px"], ["nx"])
            .Node("test_negate", ["py"], ["ny"])
            .Node("test_concat", ["nx", "ny"], ["both"])
            .Node("test_negate", ["both"], ["a"])
            .Node("test_negate", ["nx"], ["b"])
            .Load(TestOperators);
        var results = model.Run(Tensor.From([1f, -1, -1, -1], 4), Tensor.From([1f, 2, 3, -1], 4));
        Assert.Equal([1f, 1, 2, 3], Model.Numbers(results[0]));
        Assert.Equal([1f], Model.Numbers(results[1]));
    }

    [Fact]
    public void ATensorThatIsAbsentInTheMiddle()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, "n", 4)
            .Input("bias", DType.Float32, 4)
            .Output("y", DType.Float32, "n", 4)
            .Node("aten_layer_norm", ["x", "bias"], ["y"], Attributes.Ints("normalized_shape", 4), Attributes.Int("weight", -1), Attributes.Int("eps", 1))
            .Load();
        Tensor x = Model.Range(3, 4), bias = Model.Range(4);
        Assert.Equal(Model.Numbers(LayerNorm.Invoke(x, [4], null, bias, 1.0)), Model.Numbers(model.Run(x, bias)[0]));
    }

    [Fact]
    public void AKernelThatThrowsIsAStatusWithItsMessage()
    {
        using var model = new ForeignModel()
            .Input("x", DType.Float32, "n")
            .Output("y", DType.Float32, "n")
            .Node("test_throw", ["x", "x"], ["y"], Attributes.Text("kind", "other"))
            .Load(TestOperators);
        for (int i = 0; i < 3; i++)
        {
            var error = Assert.Throws<OfficialException>(() => model.Run(Model.Range(3)));
            Assert.Contains("test::throw at node 'node0': its kernel failed on (float32[3], [float32[3]]): InvalidOperationException: the table is empty", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ANodeWithoutARequiredAttribute() => Refused(
        model => model.Node("test_fill", [], ["y"], Attributes.Ints("sizes", 2)),
        "test::fill: the node has no attribute value: expected one, because Scalar value has no default");

    [Fact]
    public void ANodeWithTooFewInputs() => Refused(
        model => model.Node("test_add", ["x"], ["y"]),
        "test::add: the node has 1 input(s): expected at least 2; give every tensor of test::add(Tensor a, Tensor b) -> Tensor an input");

    [Fact]
    public void ANodeWithAnotherNumberOfOutputs() => Refused(
        model => model.Node("test_plus_minus", ["x"], ["y"]),
        "test::plus_minus: the node has 1 outputs: expected 2, as many as the operator's fake says");

    [Fact]
    public void SizesThatTheFakeRefuses() => Refused(
        model => model.Input("z", DType.Float32, 3).Node("test_add", ["x", "z"], ["y"]),
        "test::add: sizes differ");

    [Fact]
    public void TwoOperatorsOfOneNameAreRefused()
    {
        InSession.Require();
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions();
        OperatorDefinition Named(string name) => new(OperatorSchema.Parse($"{name}(Tensor x) -> Tensor"), OperatorTraits.Pure, static arguments => [arguments.Tensor(0)], []);
        var error = Assert.Throws<EvergraphException>(() => OnnxRuntimeOperators.AddTo(options, new OperatorRegistry().Register(Named("test::a.b"), Named("test::a_b"))));
        Assert.Equal("test::a_b and test::a.b have the same name in ONNX, evergraph.test_a_b: give one of them another", error.Message);
    }

    private static void Refused(Func<ForeignModel, ForeignModel> build, string message)
    {
        using var model = build(new ForeignModel().Input("x", DType.Float32, 2).Output("y", DType.Float32, null));
        var error = Assert.Throws<OfficialException>(() => model.Load(TestOperators));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
