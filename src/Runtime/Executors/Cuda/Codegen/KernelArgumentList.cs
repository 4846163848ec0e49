using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// The one parameter of a generated kernel, a struct: pointers to values, the place where a fault is reported where the kernel can fault, sizes,
/// then the numbers of the nodes that faults are reported as: layers whose kernels are the same but for them share one. Their order is that of
/// their first use.
/// </summary>
internal sealed class KernelArgumentList
{
    private readonly Dictionary<LoweredValue, int> _pointers = [];
    private readonly Dictionary<Dim, int> _sizes = [];
    private readonly Dictionary<int, int> _nodes = [];
    private readonly HashSet<LoweredValue> _written = [];

    /// <summary>The values, in the order of the pointers.</summary>
    public IReadOnlyList<LoweredValue> Pointers => InOrder(_pointers);

    /// <summary>The sizes, in their order.</summary>
    public IReadOnlyList<Dim> Sizes => InOrder(_sizes);

    /// <summary>The nodes whose places depend on data and are checked, in their order.</summary>
    public IReadOnlyList<int> Nodes => InOrder(_nodes);

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

    /// <summary>The text for the number of a node whose places are checked.</summary>
    public string Node(int node) => $"a.f{Number(_nodes, node)}";

    /// <summary>The struct's declaration.</summary>
    public string Declare()
    {
        var fields = Pointers.Select((value, i) => $"{(_written.Contains(value) ? "" : "const ")}{CTypes.Of(value.Type.DType)}* p{i}; ");
        string fault = _nodes.Count > 0 ? "unsigned long long* fault; " : "";
        return $"struct Arguments {{ {string.Concat(fields)}{fault}{Numbers("n", _sizes.Count)}{Numbers("f", _nodes.Count)}}};";
    }

    private static string Numbers(string stem, int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"int {stem}{i}; "));

    private static IReadOnlyList<T> InOrder<T>(Dictionary<T, int> numbers)
        where T : notnull => [.. numbers.OrderBy(number => number.Value).Select(number => number.Key)];

    private static int Number<T>(Dictionary<T, int> numbers, T item)
        where T : notnull
    {
        if (!numbers.TryGetValue(item, out int number))
            numbers.Add(item, number = numbers.Count);
        return number;
    }
}
