using System.Runtime.CompilerServices;
using Evergraph.Graph;
using Evergraph.Graph.Import.Safetensors;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Samples.Qwen3.Tests;

/// <summary>The weights inside qwen3.pt2, and what PyTorch made of them.</summary>
internal static class RecordedQwen3
{
    /// <summary>The weights and buffers by the names in the file, which begin with <c>m.</c></summary>
    public static Qwen3Weights Weights { get; } = ReadWeights();

    /// <summary>Token ids [1, tokens] and logits [1, tokens, vocabulary].</summary>
    public static IReadOnlyList<(Tensor Ids, Tensor Logits)> Cases { get; } = ReadCases();

    private static string Folder([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../fixtures"));

    private static Qwen3Weights ReadWeights()
    {
        var archive = TorchExportArchive.Open(Path.Combine(Folder(), "qwen3.pt2"));
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, stored) in archive.Weights.Concat(archive.Constants))
        {
            var bytes = stored.DenseBytes();
            // Every tensor of this file is float32.
            tensors.Add(name, new(DType.Float32, stored.Sizes, Storage.Map(bytes.Address, bytes.Length, bytes)));
        }

        return new(tensors, "m.");
    }

    private static List<(Tensor Ids, Tensor Logits)> ReadCases()
    {
        var file = SafetensorsFile.Open(Path.Combine(Folder(), "qwen3.io.safetensors"));
        var cases = new List<(Tensor, Tensor)>();
        while (file.TryGet($"case{cases.Count}.in0", out var ids))
            cases.Add((ids!.ToTensor(), file[$"case{cases.Count}.out0"].ToTensor()));
        return cases;
    }
}
