namespace Evergraph.Generators.Tests;

/// <summary>Operators and implementations that several tests compile.</summary>
internal static class DispatchSnippets
{
    public const string Relu = """
        [CustomOp("t::relu(Tensor x) -> Tensor")]
        public static partial class Relu
        {
            public static TensorType Fake(TensorType x) => x;
            [Kernel(Backend.Reference)]
            public static Tensor Real(Tensor x) => x;
        }

        """;

    public const string Implementations = """
        [CustomOp("t::pair(Tensor x, float eps=1e-06, SymInt[] sizes=[]) -> (Tensor, Tensor)")]
        public static partial class Pair
        {
            public static (TensorType, TensorType) Fake(TensorType x, double eps, Dim[] sizes) => (x, x);
        }

        [CustomOp("t::parts(Tensor x) -> Tensor[]")]
        public static partial class Parts
        {
            public static TensorType[] Fake(TensorType x) => [x, x];
        }

        [CustomOp("t::fill(Tensor(a!) x) -> ()", Traits = OperatorTraits.None)]
        public static partial class Fill
        {
            public static void Fake(TensorType x)
            {
            }
        }

        public sealed class Layer;

        internal static class Fast
        {
            [Implementation(typeof(Pair), "vectorized")]
            public static (Tensor A, Tensor B) Run(Layer? layer, Tensor x, double eps, long[] sizes) => (layer is null ? Tensor.Zeros(DType.Bool) : x, x);

            [Implementation(typeof(Relu), "vendor.one", Kind = ImplementationKind.Vendor, Vendor = "One \"Inc\"", Priority = 7, DTypes = [DType.Float32, DType.BFloat16], Platform = Platform.Nvidia, MinimumArchitecture = 90, Probe = nameof(IsThere))]
            [Implementation(typeof(Relu), "a")]
            internal static Tensor @in(Tensor x) => x;

            [Implementation(typeof(Parts), "plain", Kind = ImplementationKind.Reference)]
            public static Tensor[] Split(Tensor x) => [x, x];

            [Implementation(typeof(Fill), "plain", Kind = (ImplementationKind)9)]
            public static void Fill(Tensor x)
            {
            }

            internal static Availability IsThere() => Availability.No("the test says so");
        }

        """;
}
