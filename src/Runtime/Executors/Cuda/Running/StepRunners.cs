using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Makes the steps of a plan ready for a device.</summary>
internal static class StepRunners
{
    private static readonly Lock DimsGate = new();

    /// <summary>Compiles all kernels at once, and prepares each step.</summary>
    /// <exception cref="KernelException">A kernel does not compile; the message names the node.</exception>
    public static StepRunner[] Prepare(DevicePlan plan, LoadContext context, CudaDevice device, KernelLibrary library, PinnedPool pool)
    {
        var sources = Array.ConvertAll(plan.Steps, step => SourcesOf(step, device));
        var functions = Compile(plan, sources, library).AsSpan();

        // Ranks prepare at the same time, and the plan's sizes are theirs together.
        lock (DimsGate)
        {
            using var phase = Telemetry.Phase("evergraph.cuda.steps");
            var runners = new StepRunner[plan.Steps.Length];
            for (int i = 0; i < runners.Length; i++)
            {
                int own = sources[i].Count;
                runners[i] = Prepare(plan.Steps[i], i, plan, context, device, pool, functions[..own]);
                functions = functions[own..];
            }

            plan.Dims.Freeze();
            return runners;
        }
    }

    /// <summary>The kernels that a step launches on a device.</summary>
    public static IReadOnlyList<KernelSource> SourcesOf(Step step, CudaDevice device) => step switch
    {
        KernelStep kernel => [new(kernel.Kernel.Name, KernelResources.Read("prelude.cuh") + kernel.Kernel.Body, [])],
        AttentionStep attention => attention.Plan.Sources,
        CollectiveStep collective => ShardKernels.Sources(collective.Results[0].Type.DType),
        FlashCommStep flashComm => FlashCommLayer.Sources(flashComm.Layer, device),
        _ => [],
    };

    private static StepRunner Prepare(
        Step step, int index, DevicePlan plan, LoadContext context, CudaDevice device, PinnedPool pool, ReadOnlySpan<CudaFunction> functions) => step switch
        {
            KernelStep kernel => new KernelRunner(kernel, functions[0], plan.Dims),
            ProductStep product => new ProductStepRunner(product, index, plan, device, context.Options.Cuda.TuneProducts),
            AttentionStep attention => new AttentionStepRunner(attention, index, plan, functions),
            CollectiveStep collective => new CollectiveRunner(collective, plan, functions),
            FlashCommStep flashComm => new FlashCommRunner(flashComm, index, plan, context, device, functions),
            HostStep host => new HostRunner(host, plan, context, pool),
            _ => throw new InvalidOperationException($"nothing runs a {step.GetType().Name}"),
        };

    /// <summary>The error for a kernel that does not compile. Several steps may have kernels of one name: the source tells whose it is.</summary>
    public static Exception ErrorOf(TensorGraph graph, IReadOnlyList<Step> steps, IReadOnlyList<IReadOnlyList<KernelSource>> sources, KernelCompilationException exception)
    {
        int step = Enumerable.Range(0, steps.Count).FirstOrDefault(i => exception.Refused is { } refused && sources[i].Contains(refused), -1);
        return step < 0 || steps[step].Node < 0 ? exception : new KernelException(graph.Nodes[steps[step].Node], exception.Message, exception);
    }

    private static CudaFunction[] Compile(DevicePlan plan, IReadOnlyList<KernelSource>[] sources, KernelLibrary library)
    {
        try
        {
            return library.Compile([.. sources.SelectMany(source => source)]);
        }
        catch (KernelCompilationException exception)
        {
            throw ErrorOf(plan.Graph, plan.Steps, sources, exception);
        }
    }
}
