using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

// In this process: what is measured is nanoseconds of our own code, and no project has to be generated and built.
// Many short iterations and their minimum: on a machine that others use too, the minimum is the figure that means something.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    // Until the JIT has replaced its first, unoptimised code.
    .WithWarmupCount(40)
    .WithIterationCount(50)
    .WithIterationTime(TimeInterval.FromMilliseconds(20));
var config = DefaultConfig.Instance
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(StatisticColumn.Min, StatisticColumn.Median);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
