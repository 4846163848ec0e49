namespace Evergraph.Graph;

/// <summary>Parts of storages, read as if they lay one after the other.</summary>
/// <param name="parts">The parts, in order; nobody may write them.</param>
internal sealed class JoinedBytes((Storage Storage, long Offset, long Length)[] parts)
{
    /// <summary>All bytes together.</summary>
    public long Length { get; } = parts.Sum(part => part.Length);

    /// <summary>Copies the bytes from a place on.</summary>
    public void CopyTo(long offset, Span<byte> target)
    {
        foreach (var part in parts)
        {
            if (target.IsEmpty)
                return;
            if (offset >= part.Length)
            {
                offset -= part.Length;
                continue;
            }

            int count = (int)Math.Min(target.Length, part.Length - offset);
            part.Storage.CopyTo(part.Offset + offset, target[..count]);
            target = target[count..];
            offset = 0;
        }
    }
}
