namespace Evergraph.Generators.Tests;

/// <summary>Operators that several tests compile.</summary>
internal static class Snippets
{
    public const string Mm = """
        [CustomOp("aten::mm(Tensor self, Tensor mat2) -> Tensor")]
        public static partial class Mm
        {
            public static TensorType Fake(TensorType self, TensorType mat2)
            {
                Require(self.Shape[1] == mat2.Shape[0], "inner sizes differ");
                return new(self.DType, [self.Shape[0], mat2.Shape[1]]);
            }

            [Kernel(Backend.Reference)]
            public static Tensor Real(Tensor self, Tensor mat2)
            {
                var result = Tensor.Zeros(DType.Float32, self.Sizes[0], mat2.Sizes[1]);
                long inner = self.Sizes[1], columns = mat2.Sizes[1];
                for (int i = 0; i < result.Elements; i++)
                    for (int k = 0; k < inner; k++)
                        result.Span<float>()[i] += self.Span<float>()[(int)(i / columns * inner + k)] * mat2.Span<float>()[(int)(k * columns + i % columns)];
                return result;
            }
        }
        """;

    public const string TopK = """
        [CustomOp("aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)", Traits = OperatorTraits.Pure | OperatorTraits.DataDependent)]
        public static partial class TopK
        {
            public static (TensorType Values, TensorType Indices) Fake(TensorType self, Dim k, long dim, bool largest, bool sorted) =>
                (new(self.DType, [k]), new(DType.Int64, [k]));

            [Kernel(Backend.Reference)]
            public static (Tensor, Tensor) Real(Tensor self, long k, long dim, bool largest, bool sorted) =>
                (Tensor.Zeros(self.DType, k), Tensor.Zeros(DType.Int64, k));

            [Kernel("vendor")]
            internal static (Tensor V, Tensor I) RealOfVendor(Tensor self, long k, long dim, bool largest, bool sorted) =>
                Real(self, k, dim, largest, sorted);

            public static AxisSplit? SplitAxis(AxisQuery query) => null;

            public static OperatorSample Sample(SampleBuilder builder) => builder.Call();
        }
        """;

    public const string Split = """
        [CustomOp("aten::split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]")]
        public static partial class SplitWithSizes
        {
            public static TensorType[] Fake(TensorType self, Dim[] split_sizes, long dim) =>
                Array.ConvertAll(split_sizes, size => new TensorType(self.DType, [size]));

            [Kernel(Backend.Reference)]
            public static Tensor[] Real(Tensor self, long[] split_sizes, long dim) =>
                Array.ConvertAll(split_sizes, size => Tensor.Zeros(self.DType, size));
        }
        """;
}
