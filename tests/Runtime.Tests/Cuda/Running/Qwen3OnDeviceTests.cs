using Evergraph.CustomOps.Layers;
using Evergraph.Runtime.Cuda;
using Evergraph.Samples.Qwen3;

namespace Evergraph.Runtime.Tests.Cuda.Running;

/// <summary>A whole model at many sizes, each enqueued, recorded and replayed.</summary>
[Collection(CudaTest.Name)]
public sealed class Qwen3OnDeviceTests
{
    private static readonly int[] Sizes = [0, 1, 2, 7, 33];
    private static readonly Qwen3Weights Weights = Qwen3Weights.Seeded(Qwen3Config.Small, seed: 1);
    private static readonly Lazy<Tensor[]> Expected = new(() =>
    {
        using var reference = GraphCompiler.Compile(Model(1).Trace(), new() { Backend = Backend.Reference });
        return [.. Sizes.Select(tokens => reference.Run(Ids(tokens))[0])];
    });

    public static TheoryData<string> Options => ["as usual", "no replays", "one replay", "synchronous", "disk cache off"];

    [Theory]
    [MemberData(nameof(Options))]
    public void One_compilation_serves_all_sizes(string options)
    {
        _ = CudaTest.CompilingDevice;
        using var compiled = GraphCompiler.Compile(Model(1).Trace(), new() { Backend = Backend.Cuda, Cuda = Of(options) });
        var seen = new Tensor?[Sizes.Length];

        // Sizes in turn, then each several times in a row: runs are enqueued, recorded, replayed, forgotten and recorded again.
        foreach (int i in (int[])[0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 4, 4, 4, 1, 1, 1, 3, 3, 3])
        {
            var given = compiled.Run(Ids(Sizes[i]))[0];
            CudaGraphs.AssertClose(Expected.Value[i], given, $"{Sizes[i]} tokens, {options}");
            CudaGraphs.AssertSame(seen[i] ??= given, given);
        }

        Assert.Equal(1, compiled.Statistics.Compilations);
        Assert.Equal(24, compiled.Statistics.Runs);
    }

    [Fact]
    public void Only_products_attention_and_generated_kernels_run()
    {
        _ = CudaTest.CompilingDevice;
        using var compiled = GraphCompiler.Compile(Model(1).Trace(), new() { Backend = Backend.Cuda });
        Assert.All(new CudaBackend().Place(compiled.Graph, CustomOps.Dispatch.Dispatcher.Default), placed => Assert.Equal(["kernels"], placed.Native!));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public void Two_ranks_equal_one_on_the_reference_backend(int threshold)
    {
        _ = CudaTest.CompilingDevice;
        var model = Model(2);
        FlashComm.Enable(model, threshold);

        // Timing layers of thousands of tokens takes minutes on the emulator; CalibrationTests do it with a small one.
        using var compiled = GraphCompiler.Compile(model.Trace(), new() { Backend = Backend.Cuda, TensorParallel = 2, Cuda = new() { CalibrateFlashComm = false } });
        for (int repeat = 0; repeat < 2; repeat++)
        {
            for (int i = 0; i < Sizes.Length; i++)
                Assert.All(compiled.RunOnRanks([Ids(Sizes[i])]), outputs => CudaGraphs.AssertClose(Expected.Value[i], outputs[0], $"{Sizes[i]} tokens, threshold {threshold}"));
        }
    }

    [Fact]
    public async Task Threads_run_the_same_graph_at_once()
    {
        _ = CudaTest.CompilingDevice;
        using var compiled = GraphCompiler.Compile(Model(1).Trace(), new() { Backend = Backend.Cuda });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                for (int turn = 0; turn < 6; turn++)
                {
                    int i = (thread + turn) % Sizes.Length;
                    CudaGraphs.AssertClose(Expected.Value[i], compiled.Run(Ids(Sizes[i]))[0], $"thread {thread}, {Sizes[i]} tokens");
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(24, compiled.Statistics.Runs);
    }

    private static CudaOptions Of(string options) => options switch
    {
        "no replays" => new() { Replays = 0 },
        "one replay" => new() { Replays = 1 },
        "synchronous" => new() { Synchronous = true },
        "disk cache off" => new() { KernelCache = "" },
        _ => new(),
    };

    private static Qwen3Model Model(int ranks) => new(Qwen3Config.Small, Weights, ranks);

    private static Tensor Ids(int tokens) => Tensor.From([.. Enumerable.Range(0, tokens).Select(i => (long)((i * 37) + tokens) % 256)], 1, tokens);
}
