namespace Evergraph.Graph.Import.TorchExport;

/// <summary>One entry of a zip's central directory.</summary>
/// <param name="Name">The path without the archive's root folder.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="IsEncrypted">General-purpose flag 0.</param>
/// <param name="Crc">CRC-32 of the unpacked bytes.</param>
/// <param name="PackedBytes">Bytes in the archive.</param>
/// <param name="Bytes">Bytes unpacked.</param>
/// <param name="HeaderOffset">Where the local header starts.</param>
internal sealed record ZipEntry(string Name, int Method, bool IsEncrypted, uint Crc, long PackedBytes, long Bytes, long HeaderOffset)
{
    public const int Stored = 0;
    public const int Deflated = 8;
}
