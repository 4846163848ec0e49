namespace Evergraph.Graph.Import;

/// <summary>What a file may make this process do. Sizes and counts of a file are held against these before they are used.</summary>
public sealed record ImportLimits
{
    /// <summary>The limits when none are given.</summary>
    public static ImportLimits Default { get; } = new();

    /// <summary>How many times its own size a file may unpack to. Program text deflates about 30 times; a zip bomb claims thousands.</summary>
    public long MaxExpansion { get; init; } = 100;

    /// <summary>Bytes that any file may unpack to, however small it is.</summary>
    public long MinUnpackedBytes { get; init; } = 64L << 20;

    /// <summary>Opcodes that one pickle may hold. A state dictionary spends about 40 on a tensor.</summary>
    public int MaxPickleOpcodes { get; init; } = 8_000_000;

    /// <summary>How deep graphs may be nested in graphs.</summary>
    public int MaxGraphDepth { get; init; } = 16;

    /// <summary>How deep a symbolic expression may be nested.</summary>
    public int MaxExpressionDepth { get; init; } = 200;

    /// <summary>Bytes of a safetensors header.</summary>
    public long MaxHeaderBytes { get; init; } = 100L << 20;

    internal long UnpackedBytes(long fileBytes) =>
        fileBytes > long.MaxValue / MaxExpansion ? long.MaxValue : Math.Max(MinUnpackedBytes, fileBytes * MaxExpansion);
}
