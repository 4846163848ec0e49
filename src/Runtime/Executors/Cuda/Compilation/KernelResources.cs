using System.Collections.Concurrent;
using System.Reflection;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>The sources of kernels that come with this assembly: the files of <c>Kernels/</c>, by file name.</summary>
internal static class KernelResources
{
    private static readonly ConcurrentDictionary<string, string> Texts = [];

    /// <summary>The file names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetManifestResourceNames()
            .Where(name => Path.GetExtension(name) is ".cu" or ".cuh")
            .Order(StringComparer.Ordinal),
    ];

    private static Assembly Assembly => typeof(KernelResources).Assembly;

    /// <summary>A file's text.</summary>
    /// <param name="name">Its name, such as <c>prelude.cuh</c>.</param>
    /// <exception cref="EvergraphException">There is none of that name.</exception>
    public static string Read(string name) => Texts.GetOrAdd(name, static name =>
    {
        using var stream = (Names.Contains(name) ? Assembly.GetManifestResourceStream(name) : null)
            ?? throw new EvergraphException($"kernel source {name}: expected a file of Executors/Cuda/Kernels ({string.Join(", ", Names)}), given another name");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
