using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>All that the emitters need of a <c>[CustomOp]</c> class. It has no places, so moving the class re-emits nothing.</summary>
/// <param name="Namespace">The namespace of the class, or empty.</param>
/// <param name="Class">The name of the class as it is written in C#.</param>
/// <param name="Schema">The parsed schema.</param>
/// <param name="Traits">The traits as a C# expression.</param>
/// <param name="Kernels">The kernels, one for each backend.</param>
/// <param name="HasSplitAxis">Whether the class has its own axis rule.</param>
/// <param name="HasSample">Whether the class draws its own legal inputs.</param>
internal sealed record OperatorModel(
    string Namespace,
    string Class,
    OperatorSchema Schema,
    string Traits,
    EquatableArray<KernelModel> Kernels,
    bool HasSplitAxis,
    bool HasSample)
{
    /// <summary>The class from anywhere.</summary>
    public string QualifiedClass => Namespace.Length == 0 ? $"global::{Class}" : $"global::{Namespace}.{Class}";
}
