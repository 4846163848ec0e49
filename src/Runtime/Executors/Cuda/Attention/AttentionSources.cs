using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Cuda.Attention;

/// <summary>The sources of attention kernels.</summary>
internal static class AttentionSources
{
    private static readonly string[] First = ["attention_prelude.cuh", "attention_arguments.cuh"];

    /// <summary>The kernel for every type, size and stride.</summary>
    public static KernelSource Plain(AttentionSignature signature) =>
        Of("attention_plain", ["attention_plain.cu"], [Type(signature.Type), Mask(signature.Mask)]);

    /// <summary>The kernel that adds up the parts of split keys.</summary>
    public static KernelSource Combine(DType type, int valueSize) =>
        Of("attention_combine", ["attention_combine.cu"], [Type(type), string.Create(CultureInfo.InvariantCulture, $"-DATTENTION_V={valueSize}")]);

    /// <summary>A kernel of some files, after those that all have in common.</summary>
    public static KernelSource Of(string name, ReadOnlySpan<string> files, ReadOnlySpan<string> options)
    {
        string[] texts = [.. First, .. files];
        return new(name, string.Concat(texts.Select(KernelResources.Read)), EquatableArray<string>.Own(options.ToArray()));
    }

    /// <summary>The option that names the element type.</summary>
    public static string Type(DType type) => string.Create(CultureInfo.InvariantCulture, $"-DATTENTION_TYPE={Number(type)}");

    /// <summary>The option that names the mask's element type.</summary>
    public static string Mask(DType? type) =>
        string.Create(CultureInfo.InvariantCulture, $"-DATTENTION_MASK={(type is { } mask ? Number(mask) : 0)}");

    // The enumeration of attention_prelude.cuh.
    private static int Number(DType type) => type switch
    {
        DType.BFloat16 => 1,
        DType.Float16 => 2,
        DType.Float32 => 3,
        DType.Float64 => 4,
        DType.Bool => 5,
        _ => throw new EvergraphException(
            $"attention on a GPU: expected operands of a floating type and a mask of one or bool, given {type.Name()}; convert it before"),
    };
}
