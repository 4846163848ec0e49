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
        var sources = plan.Steps.SelectMany(step => SourcesOf(step, device).Select(source => (Step: step, Source: source))).ToList();
        var functions = Compile(plan, sources, library).AsSpan();

        // Ranks prepare at the same time, and the plan's sizes are theirs together.
        lock (DimsGate)
        {
            var runners = new StepRunner[plan.Steps.Length];
            for (int i = 0; i < runners.Length; i++)
            {
                int own = SourcesOf(plan.Steps[i], device).Count;
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

    private static CudaFunction[] Compile(DevicePlan plan, List<(Step Step, KernelSource Source)> sources, KernelLibrary library)
    {
        try
        {
            return library.Compile([.. sources.Select(source => source.Source)]);
        }
        catch (KernelCompilationException exception)
        {
            int node = sources.Find(source => source.Source.Name == exception.Kernel).Step?.Node ?? -1;
            throw node < 0 ? exception : new KernelException(plan.Graph.Nodes[node], exception.Message, exception);
        }
    }
}
