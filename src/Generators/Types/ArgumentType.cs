using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>The C# types of one schema type, and the members of FakeArguments and KernelArgument that read it.</summary>
internal sealed class ArgumentType
{
    private ArgumentType(CSharpType fake, CSharpType kernel, CSharpType invoke, string fakeReader, string kernelReader)
    {
        Fake = fake;
        Kernel = kernel;
        Invoke = invoke;
        FakeReader = fakeReader;
        KernelReader = kernelReader;
    }

    public CSharpType Fake { get; }

    public CSharpType Kernel { get; }

    public CSharpType Invoke { get; }

    public string FakeReader { get; }

    public string KernelReader { get; }

    /// <summary>The types of a parameter, or null where operators cannot have one of that schema type.</summary>
    public static ArgumentType? Of(SchemaType type)
    {
        bool isTensor = type.Kind == SchemaKind.Tensor;
        bool canBeList = isTensor || type.Kind is SchemaKind.SymInt or SchemaKind.Int or SchemaKind.Float or SchemaKind.Bool;
        if (type.IsList && !canBeList)
            return null;
        if ((type.IsElementOptional && !isTensor) || (isTensor && type.IsList && type.IsOptional))
            return null;

        var (fake, kernel, invoke, fakeStem, kernelStem) = type.Kind switch
        {
            SchemaKind.Tensor => (Ours("TensorType"), Ours("Tensor"), Ours("Tensor"), "Tensor", "Tensor"),
            SchemaKind.SymInt => (Ours("Dim"), BuiltIn("long"), Ours("Dim"), "Dim", "Int"),
            SchemaKind.Int => Same(BuiltIn("long"), "Int"),
            SchemaKind.Float => Same(BuiltIn("double"), "Float"),
            SchemaKind.Bool => Same(BuiltIn("bool"), "Bool"),
            SchemaKind.Scalar => Same(Ours("Scalar"), "Scalar"),
            SchemaKind.ScalarType => Same(Ours("DType"), "DType"),
            _ => Same(BuiltIn("string"), "String"),
        };
        string prefix = type.IsOptional || type.IsElementOptional ? "Optional" : "";
        string suffix = type.IsList ? "s" : "";
        return new(
            fake.With(type), kernel.With(type), invoke.With(type), prefix + fakeStem + suffix, prefix + kernelStem + suffix);
    }

    private static CSharpType Ours(string name) => new("global::Evergraph.Graph.", name);

    private static CSharpType BuiltIn(string name) => new("", name);

    private static (CSharpType Fake, CSharpType Kernel, CSharpType Invoke, string FakeStem, string KernelStem) Same(
        CSharpType type, string stem) => (type, type, type, stem, stem);
}
