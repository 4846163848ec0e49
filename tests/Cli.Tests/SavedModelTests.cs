using System.Text.Json;
using Evergraph.CustomOps;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Graph.Import.Safetensors;
using Evergraph.Runtime;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Samples.CustomOperators;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Evergraph.Cli.Tests;

/// <summary><c>view -o model.onnx</c>: what is written runs through ONNX Runtime's own C# interface and gives the recorded numbers.</summary>
public sealed class SavedModelTests : IDisposable
{
    private static readonly OperatorRegistry Operators = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly).Register(typeof(AscendRowLinear).Assembly);
    private readonly string _folder = Directory.CreateTempSubdirectory("evergraph-save-").FullName;

    private string File => Path.Combine(_folder, "model.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mlp", "mlp")]
    [InlineData("mlp.core", "mlp")]
    [InlineData("qwen3", "qwen3")]
    [InlineData("qwen3", "qwen3", "before")]
    [InlineData("qwen3.core", "qwen3")]
    [InlineData("qwen3_batch", "qwen3_batch")]
    [InlineData("qwen3_batch.core", "qwen3_batch", "before")]
    [InlineData("customop", "customop")]
    [InlineData("legacy_torch2.6", "legacy_torch2.6")]
    [InlineData("newest_torch2.14", "newest_torch2.14")]
    public void Every_fixture_runs_outside_Evergraph(string model, string recorded, string stage = "after")
    {
        var command = Command.Run("view", Command.Fixture($"{model}.pt2"), "-o", File, "--stage", stage, "--ops", Command.Operators);
        Assert.Equal("", command.Error);
        Assert.StartsWith(File, command.Output, StringComparison.Ordinal);
        Assert.Equal(0, command.Status);

        using var session = new SavedSession(File);
        Check(recorded, inputs => [session.Run(inputs)]);
    }

    [Theory]
    [InlineData("qwen3", "2", "16")]
    [InlineData("qwen3_batch.core", "2", "0")]
    [InlineData("qwen3", "4", "off")]
    public void Ranks_of_a_split_model_run_outside_Evergraph_with_a_process_group(string model, string ranks, string threshold)
    {
        var command = Command.Run("view", Command.Fixture($"{model}.pt2"), "-o", File, "--tp", ranks, "--flashcomm", threshold, "--json");
        var files = JsonDocument.Parse(command.Output).RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, int.Parse(ranks)).Select(rank => Path.Combine(_folder, $"model.rank{rank}.onnx")), files);

        var sessions = files.ConvertAll(file => new SavedSession(file));
        Check(model.Split('.')[0], inputs => RankThreads.Run(sessions.Count, group => sessions[group.Rank].Run(inputs)));
        sessions.ForEach(session => session.Dispose());
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_one_paragraph() =>
        Assert.StartsWith("saving ", Command.Run("view", Command.Fixture("mlp.pt2"), "-o", Path.Combine(_folder, "no", "model.onnx")).Refusal(), StringComparison.Ordinal);

    private static void Check(string recorded, Func<Tensor[], Tensor[][]> run)
    {
        var file = SafetensorsFile.Open(Command.Fixture($"{recorded}.io.safetensors"));
        int cases = 0;
        for (; file.TryGet($"case{cases}.out0", out _); cases++)
        {
            foreach (var results in run(Tensors(file, $"case{cases}.in")))
            {
                var expected = Tensors(file, $"case{cases}.out");
                Assert.Equal(expected.Length, results.Length);
                for (int i = 0; i < expected.Length; i++)
                    AssertClose(expected[i], results[i]);
            }
        }

        Assert.NotEqual(0, cases);
    }

    private static Tensor[] Tensors(SafetensorsFile file, string name) =>
        [.. Enumerable.Range(0, int.MaxValue).TakeWhile(i => file.TryGet($"{name}{i}", out _)).Select(i => file[$"{name}{i}"].ToTensor())];

    private static void AssertClose(Tensor expected, Tensor given)
    {
        Assert.Equal(expected.Type.ToString(), given.Type.ToString());
        var want = Casts.To(expected, DType.Float64).ReadOnlySpan<double>();
        var have = Casts.To(given, DType.Float64).ReadOnlySpan<double>();
        for (int i = 0; i < want.Length; i++)
            Assert.InRange(Math.Abs(want[i] - have[i]), 0, 1e-4 + (1e-3 * Math.Abs(want[i])));
    }

    /// <summary>A session of the official C# interface that is given our operators.</summary>
    private sealed class SavedSession : IDisposable
    {
        private readonly IDisposable _operators;
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();

        public SavedSession(string file)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            _operators = OnnxRuntimeOperators.AddTo(options, Operators);
            _session = new(file, options);
        }

        public Tensor[] Run(Tensor[] inputs)
        {
            var values = Array.ConvertAll(inputs, Value);
            using var results = _session.Run(_options, _session.InputNames, values, _session.OutputNames);
            foreach (var value in values)
                value.Dispose();
            return [.. results.Select(Copy)];
        }

        public void Dispose()
        {
            _session.Dispose();
            _operators.Dispose();
            _options.Dispose();
        }

        private static OrtValue Value(Tensor tensor) => tensor.DType switch
        {
            DType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<long>().ToArray(), tensor.Sizes.ToArray()),
            DType.Float32 => OrtValue.CreateTensorValueFromMemory(tensor.ReadOnlySpan<float>().ToArray(), tensor.Sizes.ToArray()),
            _ => throw new NotSupportedException(tensor.Type.ToString()),
        };

        private static Tensor Copy(OrtValue value)
        {
            var type = value.GetTensorTypeAndShape();
            var result = Tensor.Empty(
                type.ElementDataType switch
                {
                    TensorElementType.Int64 => DType.Int64,
                    TensorElementType.Float => DType.Float32,
                    TensorElementType.BFloat16 => DType.BFloat16,
                    var other => throw new NotSupportedException(other.ToString()),
                },
                type.Shape);
            value.GetTensorMutableRawData().CopyTo(result.Bytes());
            return result;
        }
    }
}
