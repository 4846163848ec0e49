using System.Reflection;
using System.Runtime.CompilerServices;
using Evergraph.Graph;

namespace Evergraph.Generators.Tests;

/// <summary>Generated code, compiled, loaded and run.</summary>
public class RunTests
{
    private const string Everything = """
        [CustomOp("t::everything(Tensor t, Tensor? ot, Tensor[] ts, Tensor?[] ots, SymInt s, SymInt? os, SymInt[] ss, SymInt[]? oss, int i, int? oi, int[] is_, int[]? ois, float f, float? of, float[] fs, float[]? ofs, bool b, bool? ob, bool[] bs, bool[]? obs, str st, str? ost, Scalar sc, Scalar? osc, ScalarType d, ScalarType? od, Layout? l, Device v, MemoryFormat? m) -> ()", Traits = OperatorTraits.None)]
        public static partial class Everything
        {
            public static string Seen = "";

            public static void Fake(TensorType t, TensorType? ot, TensorType[] ts, TensorType?[] ots, Dim s, Dim? os, Dim[] ss, Dim[]? oss, long i, long? oi, long[] is_, long[]? ois, double f, double? of, double[] fs, double[]? ofs, bool b, bool? ob, bool[] bs, bool[]? obs, string st, string? ost, Scalar sc, Scalar? osc, DType d, DType? od, string? l, string v, string? m)
            {
                Seen = $"{t.DType} {ot} {ts.Length} {ots.Length} {s} {os} {ss.Length} {oss} {i} {oi} {is_.Length} {ois} {f} {of} {fs.Length} {ofs} {b} {ob} {bs.Length} {obs} {st} {ost} {sc} {osc} {d} {od} {l} {v} {m}";
            }

            [Kernel(Backend.Reference)]
            public static void Real(Tensor t, Tensor? ot, Tensor[] ts, Tensor?[] ots, long s, long? os, long[] ss, long[]? oss, long i, long? oi, long[] is_, long[]? ois, double f, double? of, double[] fs, double[]? ofs, bool b, bool? ob, bool[] bs, bool[]? obs, string st, string? ost, Scalar sc, Scalar? osc, DType d, DType? od, string? l, string v, string? m)
            {
                Seen += $" | {t.DType} {ot} {ts.Length} {ots.Length} {s} {os} {ss.Length} {oss} {i} {oi} {is_.Length} {ois} {f} {of} {fs.Length} {ofs} {b} {ob} {bs.Length} {obs} {st} {ost} {sc} {osc} {d} {od} {l} {v} {m}";
            }

            public static string Call(Tensor t)
            {
                Invoke(t, null, [t], [t, null], 3, null, [4, 5], null, 6, null, [7L], null, 1.5, null, [2.5], null, true, null, [false], null, "text", null, 8, null, DType.Int8, null, null, "cpu", null);
                return Seen;
            }
        }
        """;

    private const string Defaults = """
        [CustomOp("t::defaults(Tensor self, SymInt s=2, SymInt? os=None, SymInt[2] ss=3, SymInt[] es=[], int i=-4, int? oi=5, int[2] ints=[6, 7], float f=1e-05, float? of=0.5, float[] fs=[1, 2.5], bool b=True, bool[2] bs=False, str st=\"a\\\"b\\\\c\", Scalar sc=-1, Scalar sf=2.0, Scalar sb=True, ScalarType d=long, ScalarType? od=None, MemoryFormat m=contiguous_format, int reduction=Mean, int end=9223372036854775807, int low=-9223372036854775808) -> Tensor")]
        public static partial class Defaults
        {
            public static string Seen = "";

            public static TensorType Fake(TensorType self, Dim s, Dim? os, Dim[] ss, Dim[] es, long i, long? oi, long[] ints, double f, double? of, double[] fs, bool b, bool[] bs, string st, Scalar sc, Scalar sf, Scalar sb, DType d, DType? od, string m, long reduction, long end, long low)
            {
                Seen = FormattableString.Invariant($"{s} {os} {string.Join<Dim>(',', ss)} {es.Length} {i} {oi} {string.Join(',', ints)} {f} {of} {string.Join(',', fs)} {b} {string.Join(',', bs)} {st} {sc} {sf} {sb} {d} {od} {m} {reduction} {end} {low}");
                return self;
            }

            [Kernel(Backend.Reference)]
            public static Tensor Real(Tensor self, long s, long? os, long[] ss, long[] es, long i, long? oi, long[] ints, double f, double? of, double[] fs, bool b, bool[] bs, string st, Scalar sc, Scalar sf, Scalar sb, DType d, DType? od, string m, long reduction, long end, long low) => self;

            public static string Call(Tensor t)
            {
                Invoke(t);
                return Seen;
            }
        }
        """;

    private const string Names = """
        [CustomOp("t::names(Tensor call, Tensor results, Tensor Definition, Tensor params, str sourceFile=\"f\", int sourceLine=1, bool out=False, *, Tensor Fake) -> (Tensor params, Tensor Item1, Tensor ToString)")]
        public static partial class Names
        {
            public static (TensorType, TensorType, TensorType) Fake(TensorType call, TensorType results, TensorType Definition, TensorType @params, string sourceFile, long sourceLine, bool @out, TensorType Fake) =>
                (call, results, Fake);

            [Kernel(Backend.Reference)]
            public static (Tensor, Tensor, Tensor) Real(Tensor call, Tensor results, Tensor Definition, Tensor @params, string sourceFile, long sourceLine, bool @out, Tensor Fake) =>
                (call, results, Fake);

            public static Tensor Call(Tensor t) => Invoke(t, t, t, t, "file", 2, true, t).@params;
        }
        """;

    [Fact]
    public void Adapters_pass_arguments_of_every_type()
    {
        string seen = Call<string>(new Compiled(Everything, "Everything"), "Everything");
        Assert.Equal(
            "Float32  1 2 3  2  6  1  1.5  1  True  1  text  8  Int8   cpu  | Float32  1 2 3  2  6  1  1.5  1  True  1  text  8  Int8   cpu ",
            seen);
    }

    [Fact]
    public void Invoke_has_the_defaults_of_the_schema() => Assert.Equal(
        "2  3,3 0 -4 5 6,7 1E-05 0.5 1,2.5 True False,False a\"b\\c -1 2.0 true Int64  contiguous_format 1 9223372036854775807 -9223372036854775808",
        Call<string>(new Compiled(Defaults, "Defaults"), "Defaults"));

    [Fact]
    public void Names_of_the_schema_and_of_generated_code_do_not_collide() =>
        Assert.Equal(DType.Float32, Call<Tensor>(new Compiled(Names, "Names"), "Names").DType);

    [Fact]
    public void Library_registers_and_the_operator_computes_and_traces()
    {
        var assembly = new Compiled(Snippets.Mm + Snippets.Split, "Computes").Load();
        var registry = new OperatorRegistry().Register(assembly);
        Assert.Equal(["aten::mm", "aten::split_with_sizes"], registry.Operators.Select(definition => definition.Name));

        var invoke = assembly.GetType("Ops.Mm")!.GetMethod("Invoke")!.CreateDelegate<Func<Tensor, Tensor, string, int, Tensor>>();
        var product = invoke(Tensor.From<float>([1, 2, 3, 4], 2, 2), Tensor.From<float>([5, 6], 2, 1), "model.cs", 7);
        Assert.Equal([17, 39], product.Span<float>().ToArray());

        var n = new Symbol("n", 0, 8, SymbolKind.Input);
        var graph = Tracer.Trace(
            [new("a", new TensorType(DType.Float32, [n, 2])), new("b", new TensorType(DType.Float32, [2, 1]))],
            inputs => [invoke(inputs[0], inputs[1], "model.cs", 7)]);
        var node = Assert.Single(graph.Nodes);
        Assert.Same(registry.Find("aten::mm"), node.Operator);
        Assert.Equal("aten::mm at model.cs:7", node.ToString().Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal));
        Assert.Equal("float32[n, 1]", node.OutputTypes[0].ToString());
    }

    [Fact]
    public void Library_installs_itself_as_soon_as_the_assembly_runs()
    {
        var assembly = new Compiled(DispatchSnippets.Relu.Replace("t::", "installs::", StringComparison.Ordinal), "Installs", standIn: DispatchSnippets.Dispatcher).Load();
        RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);
        var library = (Func<IOperatorLibrary>?)assembly.GetType("Evergraph.CustomOps.Dispatch.Dispatcher")!.GetField("Library")!.GetValue(null);
        Assert.Equal("installs::relu", Assert.Single(library!().Operators).Name);
    }

    [Fact]
    public void Library_names_each_operator_and_its_class()
    {
        var assembly = new Compiled(DispatchSnippets.Relu.Replace("t::", "entries::", StringComparison.Ordinal), "Entries").Load();
        var library = assembly.GetCustomAttribute<OperatorLibraryAttribute>()!.Library;
        var entry = Assert.Single(library.GetCustomAttributes<OperatorEntryAttribute>());
        Assert.Equal(("entries::relu(Tensor x) -> Tensor", "Ops.Relu"), (entry.Schema, entry.OperatorClass.FullName));
    }

    [Fact]
    public void Kernel_that_gives_too_few_tensors_is_an_error()
    {
        var compiled = new Compiled(
            Snippets.Split.Replace("Array.ConvertAll(split_sizes, size => Tensor.Zeros(self.DType, size))", "[]", StringComparison.Ordinal), "TooFew");
        var definition = new OperatorRegistry().Register(compiled.Load()).Find("aten::split_with_sizes");
        var error = Assert.Throws<EvergraphException>(() => definition.Kernels[0].Function(
            [KernelArgument.Of(Tensor.Zeros(DType.Float32, 3)), KernelArgument.OfReference(new long[] { 1, 2 }), KernelArgument.Of(0L)], new Tensor[2]));
        Assert.Equal("aten::split_with_sizes: kernel Real gives another number of tensors than the fake: expected 2, given 0", error.Message);
    }

    [Fact]
    public void One_method_can_be_the_kernel_of_several_backends()
    {
        // The text alone, because the attribute may not allow this yet.
        string text = new Compiled(Snippets.Mm.Replace("[Kernel(Backend.Reference)]", "[Kernel(Backend.Reference), Kernel(Backend.Cuda)]", StringComparison.Ordinal))
            .Generated("Ops.Mm.g.cs");
        Assert.Contains("new(\"reference\", Adapters.RunReal),", text, StringComparison.Ordinal);
        Assert.Contains("new(\"cuda\", Adapters.RunReal),", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.Contains("void RunReal(", StringComparison.Ordinal));
    }

    [Fact]
    public void Adapters_neither_box_nor_allocate()
    {
        var compiled = new Compiled(
            """
            [CustomOp("t::same(Tensor x, int i, float? f, bool b, Scalar? s, ScalarType d) -> Tensor")]
            public static partial class Same
            {
                public static TensorType Fake(TensorType x, long i, double? f, bool b, Scalar? s, DType d) => x;
                [Kernel(Backend.Reference)]
                public static Tensor Real(Tensor x, long i, double? f, bool b, Scalar? s, DType d) => x;
            }
            """,
            "Allocates");
        var kernel = new OperatorRegistry().Register(compiled.Load()).Find("t::same").Kernels[0].Function;
        KernelArgument[] arguments =
            [KernelArgument.Of(Tensor.Zeros(DType.Float32, 1)), KernelArgument.Of(1L), KernelArgument.Of(2.0), KernelArgument.Of(true), KernelArgument.Of(3.0), KernelArgument.Of(DType.Int8)];
        var results = new Tensor[1];
        kernel(arguments, results);
        long before = GC.GetAllocatedBytesForCurrentThread();
        kernel(arguments, results);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static T Call<T>(Compiled compiled, string type) =>
        (T)compiled.Load().GetType($"Ops.{type}")!.GetMethod("Call", BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, [Tensor.Zeros(DType.Float32, 1)])!;
}
