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
            if (batches.Count == 0 || !batches[^1].Fits(part, arguments))
                batches.Add(new(part, arguments));
            batches[^1].Add(merger);
        }

        return batches.ConvertAll(batch => batch.Finish());
    }

    private bool Fits(KernelPart part, KernelArgumentList arguments) =>
        _mergers.Count < MostParts && part.Threads == _first.Threads && !arguments.Pointers.Any(_results.Contains);

    private void Add(KernelMerger merger)
    {
        _mergers.Add(merger);
        _results.AddRange(merger.Roots);
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
