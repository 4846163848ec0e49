using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
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
        string prelude = KernelResources.Read("prelude.cuh");
        var kernels = plan.Steps.OfType<KernelStep>().ToList();
        var functions = Compile(plan, kernels, [.. kernels.Select(step => new KernelSource(step.Kernel.Name, prelude + step.Kernel.Body, []))], library);
        int next = 0;

        // Ranks prepare at the same time, and the plan's sizes are theirs together.
        lock (DimsGate)
        {
            StepRunner[] runners = [.. plan.Steps.Select(step => Prepare(step, plan, context, device, pool, () => functions[next++]))];
            plan.Dims.Freeze();
            return runners;
        }
    }

    private static StepRunner Prepare(Step step, DevicePlan plan, LoadContext context, CudaDevice device, PinnedPool pool, Func<CudaFunction> nextKernel) => step switch
    {
        KernelStep kernel => new KernelRunner(kernel, nextKernel(), plan.Dims),
        HostStep host => new HostRunner(host, plan, context, pool),
        _ => throw new InvalidOperationException($"nothing runs a {step.GetType().Name}"),
    };

    private static CudaFunction[] Compile(DevicePlan plan, List<KernelStep> steps, KernelSource[] sources, KernelLibrary library)
    {
        try
        {
            return library.Compile(sources);
        }
        catch (KernelCompilationException exception)
        {
            int failed = Array.FindIndex(sources, source => source.Name == exception.Kernel);
            throw failed < 0 || steps[failed].Node < 0 ? exception : new KernelException(plan.Graph.Nodes[steps[failed].Node], exception.Message, exception);
        }
    }
}
