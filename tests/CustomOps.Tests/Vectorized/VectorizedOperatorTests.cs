using System.Reflection;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;
using Evergraph.CustomOps.Vectorized;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests.Vectorized;

/// <summary>Vectorised products and attention against the plain reference, on the operators' own samples.</summary>
public class VectorizedOperatorTests
{
    private const int Samples = 300;

    // Sums on samples are of numbers below 2 by 2, mostly of at most five terms.
    private const double Magnitude = 24;

    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(MatrixProducts).Assembly);

    private static readonly Dictionary<Type, Func<KernelArgument[], Tensor[]>> Implementations = new()
    {
        [typeof(VectorizedLinear)] = a => [VectorizedLinear.Run(a[0].Tensor, a[1].Tensor, a[2].OptionalTensor)],
        [typeof(VectorizedMm)] = a => [VectorizedMm.Run(a[0].Tensor, a[1].Tensor)],
        [typeof(VectorizedBmm)] = a => [VectorizedBmm.Run(a[0].Tensor, a[1].Tensor)],
        [typeof(VectorizedMv)] = a => [VectorizedMv.Run(a[0].Tensor, a[1].Tensor)],
        [typeof(VectorizedDot)] = a => [VectorizedDot.Run(a[0].Tensor, a[1].Tensor)],
        [typeof(VectorizedMatmul)] = a => [VectorizedMatmul.Run(a[0].Tensor, a[1].Tensor)],
        [typeof(VectorizedAddmm)] = a => [VectorizedAddmm.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].Scalar, a[4].Scalar)],
        [typeof(VectorizedBaddbmm)] = a => [VectorizedBaddbmm.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].Scalar, a[4].Scalar)],
        [typeof(VectorizedScaledDotProductAttention)] = a =>
            [VectorizedScaledDotProductAttention.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].Float, a[5].Bool, a[6].OptionalFloat, a[7].Bool)],
        [typeof(VectorizedGroupedQueryAttention)] = a =>
            [VectorizedGroupedQueryAttention.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalFloat, a[4].Bool)],
        [typeof(VectorizedScaledDotProductFlashAttentionForCpu)] = a =>
        {
            var (output, logSumExp) = VectorizedScaledDotProductFlashAttentionForCpu.Run(
                a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].Float, a[4].Bool, a[5].OptionalTensor, a[6].OptionalFloat);
            return [output, logSumExp];
        },
        [typeof(VectorizedLinearW8A8)] = a =>
            [VectorizedLinearW8A8.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].Float, a[5].Int, a[6].OptionalDType)],
        [typeof(VectorizedLinearW8A8Dynamic)] = a =>
            [VectorizedLinearW8A8Dynamic.Run(a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].OptionalDType)],
        [typeof(VectorizedRowLinearMaybeFlashCommFp)] = a =>
            [VectorizedRowLinearMaybeFlashCommFp.Run(a[0].Tensor, a[1].Tensor, a[2].OptionalTensor, a[3].Int, a[4].Bool, a[5].Int, a[6].Bool, a[7].String)],
        [typeof(VectorizedRowLinearMaybeFlashCommW8A8)] = a =>
            [VectorizedRowLinearMaybeFlashCommW8A8.Run(
                a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].Float, a[5].Int, a[6].Int, a[7].Bool, a[8].Int, a[9].Bool, a[10].String, a[11].OptionalDType)],
        [typeof(VectorizedColumnLinearMaybeFlashCommFp)] = a =>
            [VectorizedColumnLinearMaybeFlashCommFp.Run(
                a[0].Tensor, a[1].Tensor, a[2].OptionalTensor, a[3].Int, a[4].Int, a[5].Bool, a[6].Int, a[7].Bool, a[8].String)],
        [typeof(VectorizedColumnLinearMaybeFlashCommW8A8)] = a =>
            [VectorizedColumnLinearMaybeFlashCommW8A8.Run(
                a[0].Tensor, a[1].Tensor, a[2].Tensor, a[3].OptionalTensor, a[4].Float, a[5].Int, a[6].Int, a[7].Int, a[8].Bool, a[9].Int, a[10].Bool, a[11].String, a[12].OptionalDType)],
    };

    public static TheoryData<Type> Classes => [.. Implementations.Keys];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Vectorised_is_plain_up_to_rounding(Type implementation)
    {
        var attribute = implementation.GetMethod("Run")!.GetCustomAttribute<ImplementationAttribute>()!;
        var definition = Registry.Find(attribute.OperatorClass.GetCustomAttribute<CustomOpAttribute>()!.Schema.Split('(')[0]);
        int compared = 0;
        for (int seed = 30_000; seed < 30_000 + Samples; seed++)
        {
            var sample = definition.Sample!(new SampleBuilder(new Random(seed)));
            if (attribute.DTypes.Length > 0 && sample.Types.Any(type => !attribute.DTypes.Contains(type.DType)))
                continue;
            compared++;
            var arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
            RankThreads.Run(sample.Ranks, group =>
            {
                var tensors = sample.TensorsOnRank[group.Rank];
                var bound = KernelArguments.Bind(arguments, value => tensors[value.Id], sample.ValueOf);
                var given = Implementations[implementation](bound);
                var expected = new Tensor[given.Length];
                definition.Kernels[0].Function(bound, expected);
                for (int i = 0; i < given.Length; i++)
                {
                    string what = $"seed {seed}: {definition.Name}({string.Join(", ", tensors)}), rank {group.Rank}, result {i}";
                    Assert.Equal((what, expected[i].Type), (what, given[i].Type));
                    Assert.DoesNotContain(tensors, tensor => ReferenceEquals(tensor.Storage, given[i].Storage));
                    Compare(expected[i], given[i], what, sample.Ranks);
                }

                return true;
            });
        }

        Assert.True(compared > Samples / 4, $"only {compared} samples");
    }

    private static void Compare(Tensor expected, Tensor given, string what, int ranks)
    {
        var dtype = given.DType;
        bool isWide = dtype is DType.Float32 or DType.Float64;
        double epsilon = Numbers.Epsilon(dtype);
        double[] numbers = Numbers.ToDoubles(expected), results = Numbers.ToDoubles(given);
        for (int i = 0; i < numbers.Length; i++)
        {
            // The 16-bit types are summed in float32 and rounded once, so the results may be neighbours; on several ranks
            // so may be each rank's part.
            double parts = !isWide && ranks > 1 ? 2 * epsilon * ranks * 4 : 0;
            double bound = (2 * epsilon * Math.Abs(numbers[i])) + (8 * Numbers.Epsilon(isWide ? dtype : DType.Float32) * Magnitude) + parts;
            bool same = numbers[i].Equals(results[i]) || Math.Abs(numbers[i] - results[i]) <= bound;
            Assert.True(same, $"{what}: element {i}: expected {numbers[i]:R} to within {bound:g2}, given {results[i]:R}");
        }
    }
}
