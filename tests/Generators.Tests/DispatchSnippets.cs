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

    /// <summary>A site that calls the first declared kernel and remembers the layer.</summary>
    public const string Site = """
        #nullable enable
        using System;
        using Evergraph.Graph;

        namespace Evergraph.CustomOps.Dispatch;

        internal sealed class DispatchSite(OperatorDefinition definition) : KernelSite(definition)
        {
            public static object? Layer;

            public override void Call(object? layer, ReadOnlySpan<KernelArgument> arguments, DTypeSet dtypes, Span<Tensor> results)
            {
                Layer = layer;
                Operator.Kernels[0].Function(arguments, results);
            }
        }
        """;

    /// <summary>A dispatcher that remembers what it is given.</summary>
    public const string Dispatcher = """
        #nullable enable
        using System;
        using Evergraph.Graph;

        namespace Evergraph.CustomOps.Dispatch;

        internal static class Dispatcher
        {
            public static Func<IOperatorLibrary>? Library;

            public static void Install(Func<IOperatorLibrary> library) => Library = library;
        }
        """;

    public const string Layers = """
        [CustomOp("t::all(Tensor x, Tensor weight, Tensor? bias=None, Tensor? position_ids=None, SymInt heads=1, float eps=1e-06, SymInt[] sizes=[2, 3], Scalar? scale=-2, int[]? steps=[7], int? n=None, bool flag=True, str mode=\"a\", ScalarType d=half) -> (Tensor, Tensor)")]
        public static partial class All
        {
            public static string Seen = "";

            public static (TensorType, TensorType) Fake(TensorType x, TensorType weight, TensorType? bias, TensorType? position_ids, Dim heads, double eps, Dim[] sizes, Scalar? scale, long[]? steps, long? n, bool flag, string mode, DType d) => (x, weight);

            [Kernel(Backend.Reference)]
            public static (Tensor, Tensor) Real(Tensor x, Tensor weight, Tensor? bias, Tensor? position_ids, long heads, double eps, long[] sizes, Scalar? scale, long[]? steps, long? n, bool flag, string mode, DType d)
            {
                Seen = FormattableString.Invariant($"{x.DType} {weight.DType} {bias?.DType} {position_ids?.DType} {heads} {eps} {string.Join(',', sizes)} {scale} {string.Join(',', steps ?? [])} {n} {flag} {mode} {d}");
                return (x, weight);
            }
        }

        [CustomOp("t::split(Tensor x) -> Tensor[]")]
        public static partial class Split
        {
            public static TensorType[] Fake(TensorType x) => [x, x];
            [Kernel(Backend.Reference)]
            public static Tensor[] Real(Tensor x) => [x, x];
        }

        [CustomOp("t::touch(Tensor scope, Tensor call, Tensor results) -> ()", Traits = OperatorTraits.None)]
        public static partial class Touch
        {
            public static void Fake(TensorType scope, TensorType call, TensorType results)
            {
            }

            [Kernel(Backend.Reference)]
            public static void Real(Tensor scope, Tensor call, Tensor results) => All.Seen = "touched";
        }

        public abstract class Base : Module
        {
            protected readonly double _eps = 0.5;

            // What is hidden or not accessible does not count.
            private protected virtual long N => 1;
            private readonly string _mode = "hidden";

            public string Mode() => _mode;
        }

        public partial class Layer(Tensor weight, Tensor? bias) : Base
        {
            // A name that the generator would take.
            public static readonly int s_forwardSite = 1;

            public Parameter Weight { get; } = new("weight", weight);
            public Parameter? Bias { get; } = bias is null ? null : new("bias", bias);
            public Tensor? Position_Ids;
            internal long Heads => 4;
            private protected override long N => 6;

            [DispatchMethod("t::all")]
            public partial (Tensor First, Tensor Second) Forward(Tensor x);

            [DispatchMethod("t::all.default")]
            protected internal virtual partial (Tensor, Tensor) Forward(Tensor x, Tensor? positionIds, Dim heads, bool flag = false, params long[] sizes);

            [DispatchMethod("t::relu")]
            private partial Tensor @in(Tensor x);

            public Tensor In(Tensor x) => @in(x);
        }

        public partial class Outer<T>
        {
            public partial record Inner(Tensor Scope)
            {
                [DispatchMethod("t::split")]
                public partial Tensor[] Split(Tensor x);

                [DispatchMethod("t::touch")]
                public partial void Touch(Tensor call, Tensor results);
            }
        }

        public static class Calls
        {
            public static string Call(Tensor x, Tensor y)
            {
                var layer = new Layer(y, x);
                var (first, second) = layer.Forward(x);
                string seen = All.Seen + $" | {first == x} {second == y} {ReferenceEquals(DispatchSite.Layer, layer)}";
                layer.Forward(y, x, 9, sizes: [5]);
                seen += " | " + All.Seen;
                new Layer(x, null) { Position_Ids = y }.Forward(x);
                seen += " | " + All.Seen;
                var inner = new Outer<int>.Inner(x);
                seen += $" | {layer.In(x) == x} {inner.Split(x).Length} {ReferenceEquals(DispatchSite.Layer, inner)}";
                inner.Touch(x, y);
                return seen + " | " + All.Seen;
            }

            public static TensorGraph Trace(Tensor x)
            {
                var layer = new Layer(x, null);
                return Tracer.Trace([new("a", x.Type)], inputs => [layer.Forward(inputs[0]).First]);
            }
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

            [Implementation(typeof(Relu), "vendor.one", Kind = ImplementationKind.Vendor, Vendor = "One\"Inc\"", Priority = 7, DTypes = [DType.Float32, DType.BFloat16], Platform = Platform.Nvidia, MinimumArchitecture = 90, Probe = nameof(IsThere))]
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
