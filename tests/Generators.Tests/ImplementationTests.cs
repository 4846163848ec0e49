using System.Runtime.CompilerServices;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Generators.Tests;

/// <summary>What the generator writes for <c>[Implementation]</c>, as text and run.</summary>
public class ImplementationTests
{
    [Fact]
    public void Registration()
    {
        var compiled = new Compiled(DispatchSnippets.Relu + DispatchSnippets.Implementations, withCustomOps: true);
        Assert.Empty(compiled.Reported);
        Golden.Match("OperatorImplementations.txt", compiled.Generated("OperatorImplementations.g.cs"));
    }

    [Fact]
    public void Implementations_register_in_a_stable_order_with_all_that_the_attributes_say()
    {
        var implementations = Register(Named("registers"), out string name);
        Assert.Equal("Registers", name);
        Assert.Equal(
            ["registers::fill plain", "registers::pair vectorized", "registers::parts plain", "registers::relu a", "registers::relu vendor.one"],
            implementations.Select(implementation => $"{implementation.Operator} {implementation.Id}"));

        var vendor = implementations[4];
        Assert.Equal((ImplementationKind.Vendor, "One\"Inc\"", 7, "nvidia", 90), (vendor.Kind, vendor.Vendor, vendor.Priority, vendor.Platform, vendor.MinimumArchitecture));
        Assert.Equal(DTypeSet.Of(DType.Float32, DType.BFloat16), vendor.DTypes);
        Assert.Equal("the test says so", vendor.Probe().Reason);
        Assert.Null(vendor.LayerFunction);

        var plain = implementations[3];
        Assert.Equal((ImplementationKind.Default, null, 150, "cpu", 0), (plain.Kind, plain.Vendor, plain.Priority, plain.Platform, plain.MinimumArchitecture));
        Assert.Equal(DTypeSet.All, plain.DTypes);
        Assert.True(plain.Probe().IsAvailable);
        Assert.Equal((ImplementationKind)9, implementations[0].Kind);
    }

    [Fact]
    public void Function_has_no_layer_and_LayerFunction_has_the_one_of_its_class()
    {
        var compiled = Named("layers");
        var pair = Register(compiled, out _)[1];
        var x = Tensor.Zeros(DType.Int8, 3);
        object layer = Activator.CreateInstance(pair.Function.Method.Module.GetType("Ops.Layer")!)!;
        Assert.Equal(DType.Bool, Call(results => pair.Function(Arguments(x), results)));
        Assert.Equal(DType.Int8, Call(results => pair.LayerFunction!(layer, Arguments(x), results)));
        Assert.Equal(DType.Bool, Call(results => pair.LayerFunction!(new object(), Arguments(x), results)));
        Assert.Equal(DType.Bool, Call(results => pair.LayerFunction!(null, Arguments(x), results)));

        static KernelArgument[] Arguments(Tensor x) => [KernelArgument.Of(x), KernelArgument.Of(0.5), KernelArgument.OfReference(Array.Empty<long>())];
    }

    [Fact]
    public void Adapters_neither_box_nor_allocate()
    {
        var pair = Register(Named("lean"), out _)[1];
        object layer = Activator.CreateInstance(pair.Function.Method.Module.GetType("Ops.Layer")!)!;
        KernelArgument[] arguments = [KernelArgument.Of(Tensor.Zeros(DType.Float32, 1)), KernelArgument.Of(0.5), KernelArgument.OfReference(Array.Empty<long>())];
        var results = new Tensor[2];
        pair.LayerFunction!(layer, arguments, results);
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.LayerFunction!(layer, arguments, results);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Operator_of_another_assembly_can_have_implementations()
    {
        var compiled = new Compiled(
            """
            public static class Mine
            {
                [Implementation(typeof(Evergraph.CustomOps.SiluAndMul), "mine")]
                public static Tensor Run(Tensor x) => x;
            }
            """,
            "Elsewhere",
            withCustomOps: true);
        Assert.Equal("evergraph::silu_and_mul", Assert.Single(Register(compiled, out _)).Operator);
    }

    [Fact]
    public void Schema_can_have_a_parameter_named_layer()
    {
        const string Snippet = """
            [CustomOp("t::cut(Tensor layer) -> Tensor")]
            public static partial class Cut { public static TensorType Fake(TensorType layer) => layer; }
            public static class Fast
            {
                [Implementation(typeof(Cut), "one")] public static Tensor One(Tensor layer) => layer;
            }
            """;
        Assert.Null(Assert.Single(Register(new Compiled(Snippet.Replace("t::", "cut::", StringComparison.Ordinal), "Cut", withCustomOps: true), out _)).LayerFunction);
    }

    // Names of operators of their own, because a loaded assembly may install them for the whole process.
    private static Compiled Named(string space) => new(
        (DispatchSnippets.Relu + DispatchSnippets.Implementations).Replace("t::", space + "::", StringComparison.Ordinal),
        char.ToUpperInvariant(space[0]) + space[1..],
        withCustomOps: true);

    private static IReadOnlyList<Implementation> Register(Compiled compiled, out string name)
    {
        var attribute = Assert.Single(compiled.Load().GetCustomAttributes(typeof(OperatorPluginAttribute), inherit: false));
        var plugin = (IOperatorPlugin)Activator.CreateInstance(((OperatorPluginAttribute)attribute).Plugin)!;
        var registration = new PluginRegistration();
        plugin.Register(registration);
        name = plugin.Name;
        return ImplementationsOf(registration);
    }

    private static DType Call(Action<Tensor[]> call)
    {
        var results = new Tensor[2];
        call(results);
        return results[0].DType;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Implementations")]
    private static extern IReadOnlyList<Implementation> ImplementationsOf(PluginRegistration registration);
}
