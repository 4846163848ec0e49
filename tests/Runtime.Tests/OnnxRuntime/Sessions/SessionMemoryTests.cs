using System.IO.MemoryMappedFiles;
using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.Tests;

/// <summary>Memory of sessions, inside .NET and outside: it stays what it was however often they run.</summary>
[Collection(nameof(SessionMemoryTests))]
[CollectionDefinition(nameof(SessionMemoryTests), DisableParallelization = true)]
public sealed class SessionMemoryTests
{
    private const int Width = 16;

    // EVERGRAPH_LONG_RUNS=100000 runs as long as the aim says.
    private const string LongRuns = "EVERGRAPH_LONG_RUNS";

    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable(LongRuns), out int runs) ? runs : 5000;

    [Fact]
    public void ManyRunsAtChangingSizesLeaveMemoryFlat()
    {
        using var compiled = InSession.Compile(Decoder());
        var inputs = Enumerable.Range(0, 40).Select(tokens => Model.Range(tokens, Width)).ToArray();
        long sum = 0;
        void Run(int count)
        {
            for (int i = 0; i < count; i++)
                sum += compiled.Run(inputs[i * 7 % inputs.Length])[0].Elements;
        }

        StaysFlat("runs", Runs, Run, managed: 256 * 1024, native: 24 << 20);
        Assert.True(sum > 0);
    }

    [Fact]
    public void FailingRunsLeaveMemoryFlat()
    {
        bool fails = false;
        var log = new RunLog
        {
            OnRun = _ =>
            {
                if (fails)
                    throw new InvalidOperationException("not now");
            },
        };
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", Model.Size("s")));
        builder.AddOutput(new("out", Model.Add(builder, log.Definition, Model.Add(builder, Negate.Definition, x)[0])[0]));
        using var compiled = InSession.Compile(builder.Build());
        var input = Model.Range(3);
        compiled.Run(input);
        fails = true;
        StaysFlat("failing runs", Runs / 5, count =>
        {
            for (int i = 0; i < count; i++)
                Assert.Throws<KernelException>(() => compiled.Run(input));
        }, managed: 512 * 1024, native: 24 << 20);
    }

    [Fact]
    public void SessionsThatAreDroppedAreReleased()
    {
        var graph = Decoder();
        StaysFlat("sessions", 100, count =>
        {
            for (int i = 0; i < count; i++)
            {
                Drop(graph);
                if (i % 10 == 9)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            }
        }, managed: 2 << 20, native: 48 << 20);
    }

    [Fact]
    public void SessionsThatAreRefusedAreReleased()
    {
        InSession.Require();
        StaysFlat("refused sessions", 100, count =>
        {
            for (int i = 0; i < count; i++)
            {
                using var model = new ForeignModel().Input("x", DType.Float32, 2).Input("z", DType.Float32, 3).Output("y", DType.Float32, 2).Node("aten_add_Tensor", ["x", "z"], ["y"]);
                Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(() => model.Load());
            }
        }, managed: 2 << 20, native: 48 << 20);
    }

    [Fact]
    public void ACallOfACustomOperatorAllocatesOnlyWhatItsKernelDoes()
    {
        // A chain of n nodes, each of which allocates one Tensor object and its sizes.
        static long BytesOf(int nodes, params long[] sizes)
        {
            using var compiled = InSession.Compile([Model.Input("x", Model.Size("s"))], inputs =>
            {
                var x = inputs[0];
                for (int i = 0; i < nodes; i++)
                    x = ToItself.Invoke(x);
                return [x];
            });
            var inputs = Array.ConvertAll(sizes, size => Model.Range(size));
            for (int i = 0; i < 3; i++)
            {
                foreach (var input in inputs)
                    compiled.Run(input);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var input in inputs)
                compiled.Run(input);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var storage = Storage.Allocate(16);
        _ = new Tensor(DType.Float32, [4], storage);
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new Tensor(DType.Float32, [4], storage));
        long ofKernel = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(100 * ofKernel, BytesOf(110, 4) - BytesOf(10, 4));
        Assert.Equal(300 * ofKernel, BytesOf(110, 4, 7, 0) - BytesOf(10, 4, 7, 0));
    }

    [Fact]
    public void WeightsAreNeitherInTheModelNorCopied() => UsesMappedWeights(rows: 8_000_000);

    [Fact]
    public void AModelOfMoreThanTwoGigabytesRuns()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(LongRuns) is null, $"it takes 5 GB for a moment: set {LongRuns}");
        UsesMappedWeights(rows: 160_000_000);
    }

    /// <summary>Two embeddings in a mapped file, of which a run reads two rows each.</summary>
    private static void UsesMappedWeights(long rows)
    {
        InSession.Require();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.weights");
        const long Row = 2;
        long bytes = rows * Row * sizeof(float);
        try
        {
            // No block of the file is on the disk but those that are written.
            using (var file = File.Create(path))
                file.SetLength(2 * bytes);
            using var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
            using var view = map.CreateViewAccessor(0, 0);
            view.Write((rows - 1) * Row * sizeof(float), 5f);
            view.Write((2 * bytes) - sizeof(float), 7f);
            var handle = view.SafeMemoryMappedViewHandle;
            var weights = Enumerable.Range(0, 2).Select(i => new Tensor(DType.Float32, [rows, Row], Storage.Map(handle.DangerousGetHandle() + (nint)(i * bytes), bytes, view))).ToArray();
            var graph = Tracer.Trace([new("indices", new(DType.Int64, [Model.Size("n")]))], inputs =>
                [AddTensor.Invoke(Embedding.Invoke(weights[0], inputs[0]), Embedding.Invoke(weights[1], inputs[0]))]);
            Assert.True(new LoweredGraphModel(GraphLowering.Lower(graph, weights, LoweringTable.Of(), Dispatcher.Default)).Bytes.Length < 100_000);
            long before = OwnMemory();
            using var compiled = InSession.Compile(graph);
            Assert.Equal([5f, 7, 0, 0], Model.Numbers(compiled.Run(Tensor.From([rows - 1, 3L], 2))[0]));
            long grown = OwnMemory() - before;
            Assert.True(grown < bytes / 2, $"the process has {grown} bytes more of its own: expected less than half a weight of {bytes}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Resident memory that is no mapped file's, without garbage: until it is collected there may be as much as the processor has cache.</summary>
    private static long OwnMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a process's own memory from mapped files");
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Drop(TensorGraph graph) => InSession.Compile(graph).Run(Model.Range(3, Width));

    /// <summary>Two layers as decoders have them: norm, gated linear layers, causal attention, residual sums, sizes as arguments.</summary>
    private static TensorGraph Decoder()
    {
        Dim tokens = Model.Size("tokens");
        var weights = Enumerable.Range(0, 3).Select(seed =>
        {
            var weight = Model.Range(Width, Width);
            foreach (ref float element in weight.Span<float>())
                element = MathF.Sin(element + seed) / 8;
            return weight;
        }).ToArray();
        var norm = Model.Range(Width);
        return Tracer.Trace([Model.Input("x", tokens, Width)], inputs =>
        {
            var x = inputs[0];
            for (int layer = 0; layer < 2; layer++)
            {
                var h = CustomOps.RmsNorm.Invoke(x, norm, 1e-5);
                var q = View.Invoke(CustomOps.Aten.Linear.Invoke(h, weights[0]), [1, tokens, 4, Width / 4]);
                var attended = GroupedQueryAttention.Invoke(q, q, q, null, true);
                x = AddTensor.Invoke(x, CustomOps.Aten.Linear.Invoke(View.Invoke(attended, [tokens, Width]), weights[1]));
                x = AddTensor.Invoke(x, MulTensor.Invoke(CustomOps.Aten.Silu.Invoke(x), CustomOps.Aten.Linear.Invoke(x, weights[2])));
            }

            return [x];
        });
    }

    private static void StaysFlat(string what, int count, Action<int> run, long managed, long native)
    {
        // Pools, tiers of compiled code and ONNX Runtime's arena fill first.
        run(Math.Min(count, 10_000));
        var (managedBefore, nativeBefore) = (Managed(), Native());
        run(count);
        var (managedAfter, nativeAfter) = (Managed(), Native());
        TestContext.Current.SendDiagnosticMessage($"{count} {what}: managed {managedBefore} to {managedAfter} bytes, resident {nativeBefore} to {nativeAfter} bytes");
        Assert.True(managedAfter - managedBefore < managed, $"{count} {what}: the managed heap grew from {managedBefore} to {managedAfter} bytes");
        Assert.True(nativeAfter - nativeBefore < native, $"{count} {what}: the process grew from {nativeBefore} to {nativeAfter} resident bytes");
    }

    private static long Managed()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static long Native() => Environment.WorkingSet;
}
