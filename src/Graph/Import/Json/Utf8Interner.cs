using System.Buffers.Binary;

namespace Evergraph.Graph.Import;

/// <summary>
/// One string for each distinct run of JSON bytes. A program repeats its names, targets and stack traces many times over,
/// so most strings cost a hash and a comparison.
/// </summary>
internal sealed class Utf8Interner
{
    /// <summary>Keeps a file of colliding strings from turning the table into a list.</summary>
    private const int MaxProbes = 16;

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 1;
    private Slot[] _slots = new Slot[4096];
    private int _count;

    private struct Slot
    {
        public ulong Hash;
        public int Start;
        public int Length;
        public string? Text;
    }

    /// <summary>The string of <paramref name="raw"/> when it was added before, otherwise null. <paramref name="hash"/> is for <see cref="Add"/>.</summary>
    public string? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> raw, out ulong hash)
    {
        hash = Hash(raw);
        for (int probe = 0; probe < MaxProbes; probe++)
        {
            ref Slot slot = ref At(hash, probe);
            if (slot.Text is null)
                return null;
            if (slot.Hash == hash && slot.Length == raw.Length && json.Slice(slot.Start, slot.Length).SequenceEqual(raw))
                return slot.Text;
        }
        return null;
    }

    /// <summary>Remembers that the JSON bytes from <paramref name="start"/> are <paramref name="text"/>.</summary>
    public void Add(ulong hash, int start, int length, string text)
    {
        if (_count * 2 >= _slots.Length)
            Grow();
        Insert(new() { Hash = hash, Start = start, Length = length, Text = text });
    }

    private void Insert(in Slot added)
    {
        for (int probe = 0; probe < MaxProbes; probe++)
        {
            ref Slot slot = ref At(added.Hash, probe);
            if (slot.Text is not null)
                continue;
            slot = added;
            _count++;
            return;
        }
    }

    private ref Slot At(ulong hash, int probe) => ref _slots[((int)(hash >> 33) + probe) & (_slots.Length - 1)];

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 4];
        _count = 0;
        foreach (ref readonly Slot slot in old.AsSpan())
            if (slot.Text is not null)
                Insert(slot);
    }

    private ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = _seed ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            hash = (hash ^ b) * 0x100000001B3;
        return (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15;
    }
}
