using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Native;
using Evergraph.Runtime.Cuda.Planning;
using Evergraph.Runtime.Cuda.Running;

namespace Evergraph.Runtime.Cuda;

/// <summary>
/// Runs graphs on NVIDIA GPUs: generated kernels for what is computed element by element and row by row, cuBLASLt for products, a kernel of our
/// own for attention, and C# code on the host for what is left.
/// </summary>
public sealed class CudaBackend : IBackend
{
    /// <inheritdoc/>
    public string Name => Backend.Cuda;

    /// <inheritdoc/>
    public string? Unavailable() => CudaDevice.WhyUnavailable();

    /// <inheritdoc/>
    public void Begin(CompileOptions options)
    {
        // Each takes about a tenth of a second: the driver starts, then makes a context while cuBLASLt is read from the disk, and passes run meanwhile.
        // Not all three at once: the driver loads libraries too, and the loader lets in one at a time, so that it would wait for the large one.
        // What goes wrong is said by those who need it.
        _ = Task.Run(() =>
        {
            if (CudaRequirements.Problem is not null)
                return;
            _ = CublasLt.Preload();
            _ = CudaDevice.Open(options.Cuda.Device);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodePlacement> Place(TensorGraph graph, Dispatcher dispatcher)
    {
        var hosted = GraphLowering.Lower(graph, dispatcher, DeviceFacts.Typical).Items.OfType<HostStep>().ToDictionary(step => step.Node);
        return [.. graph.Nodes.Select((node, i) => hosted.TryGetValue(i, out var step)
            ? NodePlacement.InCSharp(graph, node, dispatcher, step.Reason)
            : new NodePlacement(node, ["kernels"], null, "") { Library = Name })];
    }

    /// <inheritdoc/>
    /// <exception cref="CudaUnavailableException">There is no CUDA device.</exception>
    public IExecutable Load(TensorGraph graph, LoadContext context) => Plan(graph, context)();

    /// <inheritdoc/>
    public Func<IExecutable> Plan(TensorGraph graph, LoadContext context)
    {
        // Both need the graph only, and the driver takes longer to start than the second.
        ParameterUpload[] uploads = [.. Enumerable.Range(0, context.Ranks).Select(rank => new ParameterUpload(graph, rank, context.Options.Cuda))];
        try
        {
            var fused = FusedSteps.Of(graph, context.Dispatcher, DeviceFacts.Of(context.Ranks, context.Options.Cuda));
            return () => Load(new(graph, context, fused, uploads), graph, context);
        }
        catch
        {
            foreach (var upload in uploads)
                upload.Dispose();
            throw;
        }
    }

    private CudaExecutable Load(CudaExecutable executable, TensorGraph graph, LoadContext context)
    {
        try
        {
            MissingKernelException.ThrowIfAny(
                Name, executable.Plan.Steps.OfType<HostStep>().Select(step => (step.GraphNode, context.Dispatcher.Resolve(step.GraphNode.Operator, graph.DTypesOf(step.GraphNode)))));

            // Compiling is what takes time, so it is done now and not at the first call.
            for (int rank = 0; rank < context.Ranks; rank++)
                executable.Rank(rank);
            return executable;
        }
        catch
        {
            executable.Dispose();
            throw;
        }
    }
}
