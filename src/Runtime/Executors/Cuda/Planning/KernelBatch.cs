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
    private bool _canFault;

    private KernelBatch(KernelPart first, KernelArgumentList arguments)
    {
        _first = first;
        _arguments = arguments;
    }

    /// <summary>The steps of kernels in order, as few as can be.</summary>
    public static List<KernelStep> Join(IReadOnlyList<KernelMerger> mergers)
    {
        var batches = new List<KernelBatch>();
        foreach (var merger in mergers)
        {
            var arguments = new KernelArgumentList();
            var part = merger.Write(arguments);
            if (batches.Count == 0 || !batches[^1].Fits(merger, part, arguments))
                batches.Add(new(part, arguments));
            batches[^1].Add(merger, arguments);
        }

        return batches.ConvertAll(batch => batch.Finish());
    }

    private bool Fits(KernelMerger merger, KernelPart part, KernelArgumentList arguments)
    {
        // A fault is reported as the node's, and a kernel has the number of one.
        bool isOneNode = _results.Concat(merger.Roots).Select(root => root.Node).Distinct().Count() == 1;
        return _mergers.Count < MostParts && part.Threads == _first.Threads && (isOneNode || !(_canFault || arguments.CanFault)) && !arguments.Pointers.Any(_results.Contains);
    }

    private void Add(KernelMerger merger, KernelArgumentList arguments)
    {
        _mergers.Add(merger);
        _results.AddRange(merger.Roots);
        _canFault |= arguments.CanFault;
    }

    private KernelStep Finish()
    {
        if (_mergers.Count == 1)
            return new(KernelAssembly.Of([_first], _arguments), _results);

        // Written anew: together they have one list of arguments.
        var arguments = new KernelArgumentList();
        return new(KernelAssembly.Of(_mergers.ConvertAll(merger => merger.Write(arguments)), arguments), _results);
    }
}
