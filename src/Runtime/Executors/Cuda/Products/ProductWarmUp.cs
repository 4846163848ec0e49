using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Products;

/// <summary>
/// Has cuBLASLt multiply something small on another thread before the first product is needed: at its first call it reads its tables and loads its
/// code, which takes a tenth of a second (80 to 105 ms on an H200 with 13.1), while parameters are uploaded and kernels are loaded.
/// </summary>
internal sealed class ProductWarmUp
{
    /// <summary>Rows, columns and terms: what every type of operand takes.</summary>
    private const int Size = 64;

    private readonly Task _done;

    private ProductWarmUp(Task done) => _done = done;

    /// <summary>Begins, with one product for each type of operands.</summary>
    /// <param name="device">Where.</param>
    /// <param name="steps">The steps that will run.</param>
    public static ProductWarmUp Begin(CudaDevice device, IEnumerable<Step> steps)
    {
        ProductPlan[] plans = [.. steps.OfType<ProductStep>().Select(step => step.Plan()).Where(plan => plan.IsSupported).DistinctBy(plan => plan.Operands)];
        return new(plans.Length == 0 ? Task.CompletedTask : Task.Run(() => Multiply(device, plans)));
    }

    /// <summary>Waits until it is done, or has failed: what goes wrong is said by the product that is needed.</summary>
    public void Wait() => _ = Task.WaitAny(_done);

    private static void Multiply(CudaDevice device, ProductPlan[] plans)
    {
        using var phase = Telemetry.Phase("evergraph.cuda.products");
        device.MakeCurrent();
        int matrix = Size * Size * sizeof(double);
        using var stream = CudaStream.Create(device);
        using var memory = DeviceMemory.Allocate(device, (4 * matrix) + ProductLibrary.WorkspaceBytes);
        foreach (var plan in plans)
        {
            using var runner = new ProductRunner(device, plan);
            nint At(int i) => memory.Address + (i * matrix);
            runner.Run(stream, ProductSizes.Dense(plan, Size, Size, Size), At(0), At(1), At(2), At(3), At(4));
        }

        stream.Synchronize();
    }
}
