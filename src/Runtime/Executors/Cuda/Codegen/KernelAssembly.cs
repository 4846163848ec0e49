using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>Makes kernels of parts.</summary>
internal static class KernelAssembly
{
    /// <summary>
    /// The kernel of one part; or of several that have nothing to wait for from each other: the first blocks do the first part, the next ones the
    /// second, so that small parts fill the device together and are launched once.
    /// </summary>
    /// <param name="parts">The parts, whose blocks have the same number of threads.</param>
    /// <param name="arguments">What they read.</param>
    public static GeneratedKernel Of(IReadOnlyList<KernelPart> parts, KernelArgumentList arguments)
    {
        var first = parts[0];
        if (parts.Count == 1)
        {
            string code = $"    const int block = blockIdx.x;\n{first.Code}";
            return Finish(first.Name, "", code, first.Items, first.ItemsPerBlock, first.Threads, arguments);
        }

        string functions = "", calls = "    int block = blockIdx.x;\n";
        Dim blocks = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            functions += $"__device__ __forceinline__ void part{i}(const Arguments& a, const int block) {{\n{parts[i].Code}}}\n\n";
            string own = arguments.Size(parts[i].Blocks);
            calls += i == parts.Count - 1
                ? $"    part{i}(a, block);\n"
                : $"    if (block < {own}) {{ part{i}(a, block); return; }}\n    block -= {own};\n";
            blocks += parts[i].Blocks;
        }

        return Finish(NameOf(parts), functions, calls, blocks, 1, first.Threads, arguments);
    }

    private static GeneratedKernel Finish(string name, string functions, string code, Dim items, int itemsPerBlock, int threads, KernelArgumentList arguments) => new(
        name,
        $$"""
        {{arguments.Declare()}}
        {{functions}}extern "C" __global__ void __launch_bounds__({{threads}}) {{name}}(const __grid_constant__ Arguments a) {
        {{code}}}

        """,
        arguments.Pointers, arguments.Sizes, arguments.Nodes, items, itemsPerBlock, threads);

    private static string NameOf(IReadOnlyList<KernelPart> parts)
    {
        const string suffix = "_kernel";
        string[] names = [.. parts.Select(part => part.Name).Distinct()];
        return names.Length == 1 ? names[0] : string.Join("_and_", names.Select(name => name[..^suffix.Length])) + suffix;
    }
}
