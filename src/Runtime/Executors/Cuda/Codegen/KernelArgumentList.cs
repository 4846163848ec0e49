using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// The one parameter of a generated kernel, a struct: pointers to values, the place where a fault is reported with the node's number where
/// the kernel can fault, then sizes. Their order is that of their first use.
/// </summary>
internal sealed class KernelArgumentList
{
    private readonly Dictionary<LoweredValue, int> _pointers = [];
    private readonly Dictionary<Dim, int> _sizes = [];
    private readonly HashSet<LoweredValue> _written = [];

    /// <summary>The values, in the order of the pointers.</summary>
    public IReadOnlyList<LoweredValue> Pointers => [.. _pointers.OrderBy(pointer => pointer.Value).Select(pointer => pointer.Key)];

    /// <summary>The sizes, in their order.</summary>
    public IReadOnlyList<Dim> Sizes => [.. _sizes.OrderBy(size => size.Value).Select(size => size.Key)];

    /// <summary>Whether the kernel checks places that depend on data.</summary>
    public bool CanFault { get; set; }

    /// <summary>The text for a value that is read.</summary>
    public string Pointer(LoweredValue value) => $"a.p{Number(_pointers, value)}";

    /// <summary>The text for a value that is written.</summary>
    public string Written(LoweredValue value)
    {
        _written.Add(value);
        return Pointer(value);
    }

    /// <summary>The text for a size.</summary>
    public string Size(Dim size) => $"a.n{Number(_sizes, size)}";

    /// <summary>The struct's declaration.</summary>
    public string Declare()
    {
        var fields = Pointers.Select((value, i) => $"{(_written.Contains(value) ? "" : "const ")}{CTypes.Of(value.Type.DType)}* p{i}; ");
        string fault = CanFault ? "unsigned long long* fault; " : "";
        string sizes = string.Concat(Enumerable.Range(0, _sizes.Count).Select(i => $"int n{i}; "));
        return $"struct Arguments {{ {string.Concat(fields)}{fault}{sizes}{(CanFault ? "int node; " : "")}}};";
    }

    private static int Number<T>(Dictionary<T, int> numbers, T item)
        where T : notnull
    {
        if (!numbers.TryGetValue(item, out int number))
            numbers.Add(item, number = numbers.Count);
        return number;
    }
}
