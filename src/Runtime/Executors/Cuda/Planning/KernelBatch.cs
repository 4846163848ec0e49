using Evergraph.Runtime.Cuda.Codegen;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>
/// Kernels that follow one another, and read nothing of each other, as one: such as the norms and rotations of queries and of keys, which are of
/// different sizes. Small kernels then fill the device together, and are launched once.
/// </summary>
internal sealed class KernelBatch
{
    private const int MostParts = 4;

    private readonly List<KernelMerger> _mergers = [];
    private readonly List<LoweredValue> _results = [];
    private readonly KernelPart _first;
    private readonly KernelArgumentList _arguments;
    private readonly bool _isConstant;

    private KernelBatch(KernelPart first, KernelArgumentList arguments, bool isConstant)
    {
        _first = first;
        _arguments = arguments;
        _isConstant = isConstant;
    }

    /// <summary>The steps of kernels in order, as few as can be.</summary>
    /// <param name="mergers">What each kernel computes.</param>
    /// <param name="constants">Values that are the same in every run: what is computed of them alone stays apart.</param>
    public static List<KernelStep> Join(IReadOnlyList<KernelMerger> mergers, IReadOnlySet<LoweredValue> constants)
    {
        var batches = new List<KernelBatch>();
        foreach (var merger in mergers)
        {
            var arguments = new KernelArgumentList();
            var part = merger.Write(arguments);
            bool isConstant = IsConstant(merger, arguments, constants);
            if (batches.Count == 0 || !batches[^1].Fits(part, arguments, isConstant))
                batches.Add(new(part, arguments, isConstant));
            batches[^1].Add(merger);
        }

        return batches.ConvertAll(batch => batch.Finish());
    }

    private static bool IsConstant(KernelMerger merger, KernelArgumentList arguments, IReadOnlySet<LoweredValue> constants) =>
        arguments.Sizes.All(size => size.IsConstant) && arguments.Nodes.Count == 0 && merger.Roots.All(root => root.Type.Bytes.IsConstant)
        && arguments.Pointers.All(value => constants.Contains(value) || merger.Roots.Contains(value));

    private bool Fits(KernelPart part, KernelArgumentList arguments, bool isConstant) =>
        _mergers.Count < MostParts && part.Threads == _first.Threads && isConstant == _isConstant && !arguments.Pointers.Any(_results.Contains);

    private void Add(KernelMerger merger)
    {
        _mergers.Add(merger);
        _results.AddRange(merger.Roots);
    }

    private KernelStep Finish()
    {
        if (_mergers.Count == 1)
            return new(KernelAssembly.Of([_first], _arguments), _results, _isConstant);

        // Written anew: together they have one list of arguments.
        var arguments = new KernelArgumentList();
        return new(KernelAssembly.Of(_mergers.ConvertAll(merger => merger.Write(arguments)), arguments), _results, _isConstant);
    }
}
