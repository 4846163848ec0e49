namespace Evergraph.Graph;

/// <summary>Makes a static partial class an operator; the source generator writes the rest.</summary>
/// <param name="schema">The schema in PyTorch's language, such as <c>aten::mm(Tensor self, Tensor mat2) -> Tensor</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomOpAttribute(string schema) : Attribute
{
    /// <summary>The schema in PyTorch's language.</summary>
    public string Schema { get; } = schema;

    /// <summary>What passes may assume.</summary>
    public OperatorTraits Traits { get; set; } = OperatorTraits.Pure;
}

/// <summary>
/// Makes a static method of an operator's class an implementation of it, on tensors in the processor's memory: with
/// <see cref="Backend.Reference"/> the plain one. Vendors' and devices' are declared elsewhere, with [Implementation].
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class KernelAttribute(string backend) : Attribute
{
    /// <summary>Whose implementation it is.</summary>
    public string Backend { get; } = backend;
}

/// <summary>Names the type that registers an assembly's operators; written by the source generator.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class OperatorLibraryAttribute(Type library) : Attribute
{
    /// <summary>A type that implements <see cref="IOperatorLibrary"/> and has a public parameterless constructor.</summary>
    public Type Library { get; } = library;
}

/// <summary>
/// Names one operator of the generated library that carries it, so that the source generator of another assembly finds the
/// operator without walking this one's classes.
/// </summary>
/// <param name="schema">The operator's schema.</param>
/// <param name="operatorClass">Its <c>[CustomOp]</c> class.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class OperatorEntryAttribute(string schema, Type operatorClass) : Attribute
{
    /// <summary>The operator's schema.</summary>
    public string Schema { get; } = schema;

    /// <summary>Its class.</summary>
    public Type OperatorClass { get; } = operatorClass;
}

/// <summary>The operators of one assembly.</summary>
public interface IOperatorLibrary
{
    /// <summary>Every operator that the assembly defines.</summary>
    IReadOnlyList<OperatorDefinition> Operators { get; }
}
