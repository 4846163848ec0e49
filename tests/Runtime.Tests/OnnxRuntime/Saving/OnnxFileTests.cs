using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Format;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Saving;

public sealed class OnnxFileTests : IDisposable
{
    private const int Page = 4096;
    private static readonly Symbol S = Model.Size("s", 1, 64);
    private static readonly OperatorRegistry Operators = new OperatorRegistry().Register(typeof(Add).Assembly);

    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-onnx-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "model.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AModelTellsWhatItIsAndImportsOnlyWhatOccurs()
    {
        Assert.Equal([Path], OnnxFile.Save(Linear(), Path));

        var model = Read(Path);
        Assert.Equal(11, model.IrVersion);
        Assert.Equal("Evergraph", model.ProducerName);
        Assert.Equal(["", "com.microsoft"], model.OpsetImport.Select(import => import.Domain));
        Assert.Equal("1..64", Metadata(model)["evergraph.symbol.s"]);
        Assert.DoesNotContain("evergraph.operators", Metadata(model).Keys);
        Assert.Equal("aten::linear at layers.3 (model.py:7)", Assert.Single(model.Graph.Node).DocString);
        Assert.Equal(["w"], model.Graph.Initializer.Select(tensor => tensor.Name));
        Assert.Equal("s", model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal([Path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void OperatorsOfOursAreNamedAndRunInASessionThatIsGivenThem()
    {
        OnnxFile.Save(Tracer.Trace([Model.Input("x", S)], inputs => [Scale.Invoke(inputs[0], 3)]), Path);

        var model = Read(Path);
        Assert.Equal(["", "evergraph"], model.OpsetImport.Select(import => import.Domain));
        Assert.Equal("test::scale", Metadata(model)["evergraph.operators"]);
        Assert.Equal("test_scale", OnnxRuntimeOperators.NameOf(Scale.Definition));
        Assert.Equal(OnnxRuntimeOperators.Domain, Assert.Single(model.Graph.Node).Domain);
        Assert.Equal([0f, 3, 6], Run(Path, ("x", [0f, 1, 2]))[0]);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void WeightsInsideAndBesideGiveTheSameNumbers(long most)
    {
        OnnxFile.Save(Linear(width: 600), Path, new() { MaxModelBytes = most });

        float[] row = [.. Enumerable.Range(0, 600).Select(i => i * 0.01f)];
        Assert.Equal(GraphCompiler.Compile(Linear(width: 600), new() { Backend = Backend.Reference }).Run(Tensor.From(row, 1, 600))[0].ReadOnlySpan<float>().ToArray(),
            RunRows(Path, row, 600), (a, b) => MathF.Abs(a - b) <= 1e-3f * MathF.Abs(b));
        Assert.Equal(most == 0, File.Exists($"{Path}.data"));
    }

    [Fact]
    public void WeightsBesideBeginAtPagesAndTiedOnesAreWrittenOnce()
    {
        var tied = Model.Range(300, 2);
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 300, 2));
        foreach (var (name, data) in new[] { ("a", tied), ("b", Model.Range(300, 2)), ("c", tied.Reinterpret(300, 2)), ("small", Model.Range(2, 1)) })
        {
            var weight = builder.AddParameter(new(name, data.Type, data));
            builder.AddOutput(new($"{name}.sum", Model.Add(builder, name == "small" ? Negate.Definition : Add.Definition, name == "small" ? [weight] : [x, weight])[0]));
        }

        OnnxFile.Save(builder.Build(), Path, new() { MaxModelBytes = 0 });

        var places = Read(Path).Graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.ExternalData.ToDictionary(entry => entry.Key, entry => entry.Value));
        Assert.Equal(places["a"], places["c"]);
        Assert.Equal([("location", "model.onnx.data"), ("offset", $"{Page}"), ("length", "2400")], places["b"].Select(entry => (entry.Key, entry.Value)));
        Assert.Empty(places["small"]);
        Assert.Equal(Page + 2400, new FileInfo($"{Path}.data").Length);
    }

    [Fact]
    public void ABufferIsAnInputWithADefaultAndItsNewValueAnOutput()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        var count = builder.AddParameter(new("count", new(DType.Float32, [3]), Model.Range(3)));
        var next = Model.Add(builder, Add.Definition, x, count)[0];
        builder.AddOutput(new("out", next));
        builder.AddOutput(new("count", next, GraphOutputKind.BufferMutation, "count"));

        OnnxFile.Save(builder.Build(), Path);

        Assert.Equal("count", Metadata(Read(Path))["evergraph.overwrites.count.new"]);
        Assert.Equal([1f, 2, 3], Run(Path, ("x", [1f, 1, 1]))[1]);
        Assert.Equal([2f, 3, 4], Run(Path, ("x", [1f, 1, 1]), ("count", [1f, 2, 3]))[1]);
    }

    [Fact]
    public void AnInputThatIsOverwrittenHasItsNewValueAsAnOutput()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", 3));
        builder.AddOutput(new("x", Model.Add(builder, Negate.Definition, x)[0], GraphOutputKind.InputMutation, "x"));

        OnnxFile.Save(builder.Build(), Path);

        Assert.Equal("x", Metadata(Read(Path))["evergraph.overwrites.x.new"]);
        Assert.Equal([-1f, -2, -3], Run(Path, ("x", [1f, 2, 3]))[0]);
    }

    [Fact]
    public void EachRankOfASplitGraphHasAFileWithItsPart()
    {
        var data = Model.Range(4, 2);
        var builder = new GraphBuilder();
        builder.AddInput(Model.Input("x", 2));
        var weight = builder.AddParameter(new("w", new(DType.Float32, [4, 1]), data, new Sharding(1, 2)));
        builder.AddOutput(new("out", Model.Add(builder, Negate.Definition, weight)[0]));
        var graph = builder.Build();

        Assert.Equal([Path.Replace(".onnx", ".rank0.onnx", StringComparison.Ordinal), Path.Replace(".onnx", ".rank1.onnx", StringComparison.Ordinal)], OnnxFile.Save(graph, Path, new() { Ranks = 2 }));

        Assert.Equal("1 of 2", Metadata(Read(System.IO.Path.Combine(_folder, "model.rank1.onnx")))["evergraph.rank"]);
        Assert.Equal([-1f, -3, -5, -7], Run(System.IO.Path.Combine(_folder, "model.rank1.onnx"), ("x", [0f, 0]))[0]);
        Assert.Equal(
            "parameter w is cut into 2 parts: expected OnnxFileOptions.Ranks = 2, given 1",
            Assert.Throws<EvergraphException>(() => OnnxFile.Save(graph, Path)).Message);
        Assert.Equal(
            "OnnxFileOptions.Ranks is a number of ranks: expected at least 1, given 0",
            Assert.Throws<EvergraphException>(() => OnnxFile.Save(graph, Path, new() { Ranks = 0 })).Message);
    }

    [Fact]
    public void AGraphThatRanksDoNotShareIsOneFile() => Assert.Equal([Path], OnnxFile.Save(Linear(), Path, new() { Ranks = 2 }));

    [Fact]
    public void ACompiledGraphIsSavedAsItIsAfterThePasses()
    {
        using var compiled = GraphCompiler.Compile([Model.Input("x", S)], inputs =>
        {
            Negate.Invoke(inputs[0]);
            return [Scale.Invoke(inputs[0], 2)];
        });

        OnnxFile.Save(compiled, Path);

        Assert.Single(Read(Path).Graph.Node);
    }

    [Fact]
    public void RequirementsAreTold()
    {
        var t = Model.Size("t", 1, 64);
        OnnxFile.Save(Tracer.Trace([Model.Input("x", S), Model.Input("y", t)], inputs => [Add.Invoke(inputs[0], inputs[1])]), Path);

        Assert.Contains("sizes differ: expected s, given t", Metadata(Read(Path))["evergraph.requirement.0"], StringComparison.Ordinal);
    }

    [Fact]
    public void APathThatCannotBeWrittenIsAnErrorAndNothingIsLeft()
    {
        string nowhere = System.IO.Path.Combine(_folder, "no", "model.onnx");
        string message = Assert.Throws<EvergraphException>(() => OnnxFile.Save(Linear(), nowhere)).Message;
        Assert.StartsWith($"saving {nowhere}: Could not find a part of the path", message, StringComparison.Ordinal);
        Assert.EndsWith(": expected a file in a folder that exists, may be written and has room for the weights", message, StringComparison.Ordinal);

        Assert.StartsWith($"saving {_folder}: {_folder} is a folder", Assert.Throws<EvergraphException>(() => OnnxFile.Save(Linear(), _folder)).Message, StringComparison.Ordinal);

        // The data is written by then; the model before it must stay.
        OnnxFile.Save(Linear(), Path);
        byte[] before = File.ReadAllBytes(Path);
        Directory.CreateDirectory(System.IO.Path.Combine(_folder, "model.rank1.onnx"));
        var builder = new GraphBuilder();
        var weight = builder.AddParameter(new("w", new(DType.Float32, [300, 1]), Model.Range(300, 2), new Sharding(1, 2)));
        builder.AddOutput(new("out", Model.Add(builder, Negate.Definition, weight)[0]));
        Assert.Throws<EvergraphException>(() => OnnxFile.Save(builder.Build(), Path, new() { Ranks = 2, MaxModelBytes = 0 }));
        Assert.Equal([Path], Directory.GetFiles(_folder));
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    /// <summary>x·wᵀ for rows of a width.</summary>
    private static TensorGraph Linear(int width = 2)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S, width));
        var weight = builder.AddParameter(new("w", new(DType.Float32, [3, width]), Model.Range(3, width)));
        var linear = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly).Find("aten::linear");
        builder.AddOutput(new("out", builder.Add(linear, [new TensorArgument(x), new TensorArgument(weight), Argument.None], new("layers.3", "model.py", 7))[0]));
        return builder.Build();
    }

    private static ModelProto Read(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));

    private static Dictionary<string, string> Metadata(ModelProto model) => model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    private static float[] RunRows(string path, float[] numbers, int width)
    {
        using var session = new InferenceSession(path);
        using var input = OrtValue.CreateTensorValueFromMemory(numbers, [numbers.Length / width, width]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [input], session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[][] Run(string path, params (string Name, float[] Numbers)[] inputs)
    {
        using var sessionOptions = new SessionOptions();
        using var operators = OnnxRuntimeOperators.AddTo(sessionOptions, Operators);
        using var session = new InferenceSession(path, sessionOptions);
        using var options = new RunOptions();
        var values = inputs.Select(input => OrtValue.CreateTensorValueFromMemory(input.Numbers, [input.Numbers.Length])).ToList();
        using var results = session.Run(options, [.. inputs.Select(input => input.Name)], values, session.OutputNames);
        values.ForEach(value => value.Dispose());
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }
}
