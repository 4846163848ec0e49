using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;
using Evergraph.Runtime.Cuda.Products;

namespace Evergraph.Runtime.Tests.Cuda.Products;

/// <summary>Products of generated shapes against sums in doubles. <c>EVERGRAPH_PRODUCT_SEED</c> draws others, <c>EVERGRAPH_PRODUCT_SAMPLES</c> more.</summary>
[Collection(CudaTest.Name)]
public class ProductPropertyTests(ITestOutputHelper output)
{
    private const int Samples = 12;

    public static TheoryData<DType, DType> Types => new()
    {
        { DType.Float32, DType.Float32 },
        { DType.Float64, DType.Float64 },
        { DType.Float16, DType.Float16 },
        { DType.Float16, DType.Float32 },
        { DType.BFloat16, DType.BFloat16 },
        { DType.BFloat16, DType.Float32 },
        { DType.Int8, DType.Int32 },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Products_equal_sums_in_doubles(DType operands, DType result)
    {
        var device = ProductDevice;
        int seed = Number("EVERGRAPH_PRODUCT_SEED") ?? 20261122, samples = Number("EVERGRAPH_PRODUCT_SAMPLES") ?? Samples;
        output.WriteLine($"seed {seed}");
        using var stream = CudaStream.Create(device);
        using var workspace = DeviceMemory.Allocate(device, ProductLibrary.WorkspaceBytes);
        var failures = new List<string>();
        int plans = 0, written = 0;
        foreach (var plan in Plans(operands, result))
        {
            plans++;
            var random = new Random(seed + plans);
            using var runner = new ProductRunner(device, plan);
            for (int sample = 0; sample < samples; sample++)
            {
                var drawn = ProductCase.Draw(plan, random);
                written += drawn.Sizes.IsEmpty ? 0 : 1;
                if (drawn.Run(runner, stream, workspace) is { } failure)
                    failures.Add(failure);
            }
        }

        output.WriteLine($"{plans} products, {written} runs with a result");
        Assert.True(failures.Count == 0, $"{failures.Count} failures from seed {seed}:\n{string.Join("\n", failures.Take(8))}");
        Assert.True(written > samples / 2 * plans, $"only {written} of {samples * plans} runs had a result");
    }

    internal static CudaDevice ProductDevice
    {
        get
        {
            var device = CudaTest.Device;
            Assert.SkipUnless(CudaLibraries.WhyMissing(CudaLibraries.CublasLt) is null, CudaLibraries.WhyMissing(CudaLibraries.CublasLt) ?? "");
            return device;
        }
    }

    private static IEnumerable<ProductPlan> Plans(DType operands, DType result) =>
        from transposeA in (bool[])[false, true]
        from transposeB in (bool[])[false, true]
        from epilogue in Enum.GetValues<ProductEpilogue>()
        from alpha in (double[])[1, operands == DType.Int8 ? -3 : 0.375]
        let plan = new ProductPlan
        {
            Operands = operands,
            Result = result,
            TransposeA = transposeA,
            TransposeB = transposeB,
            Epilogue = epilogue,
            Alpha = alpha,
        }
        where plan.IsSupported
        select plan;

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : null;
}
