using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Evergraph.CustomOps;

namespace Evergraph.Runtime;

/// <summary>What a rank says first on every connection.</summary>
/// <param name="Version">The protocol that it speaks; the rest is only of <see cref="CurrentVersion"/>.</param>
/// <param name="Rank">Its rank.</param>
/// <param name="Size">How many ranks it was told there are.</param>
/// <param name="Left">How long it waits yet.</param>
/// <param name="Meeting">Which meeting of ranks it belongs to, once rank 0 said so; the others' connections tell by it that they belong together.</param>
/// <param name="Name">The group's name.</param>
internal sealed record Hello(int Version, int Rank, int Size, TimeSpan Left, Guid Meeting, string Name)
{
    /// <summary>The version of the protocol; ranks of other versions are refused.</summary>
    public const int CurrentVersion = 1;

    private const uint Magic = 0x67726576;
    private const int Prefix = 8;
    private const int Fixed = 36;
    private const int NameLimit = 256;

    public static void CheckName(string name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        if (length is 0 or > NameLimit)
            throw new ProcessGroupException($"the name of a process group has the wrong length: expected 1 to {NameLimit} bytes, given {length}; choose another name");
    }

    public void Send(Socket socket)
    {
        byte[] name = Encoding.UTF8.GetBytes(Name);
        byte[] bytes = new byte[Prefix + Fixed + name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Rank);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Left.Ticks);
        Meeting.TryWriteBytes(bytes.AsSpan(24));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), name.Length);
        name.CopyTo(bytes, Prefix + Fixed);
        HandshakeSocket.Write(socket, bytes);
    }

    /// <summary>Reads what a rank says; null where it is not a rank that speaks, or it does not say it in time.</summary>
    public static Hello? Receive(Socket socket, Deadline deadline)
    {
        Span<byte> bytes = stackalloc byte[Prefix + Fixed];
        if (!HandshakeSocket.Read(socket, bytes[..Prefix], deadline) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return null;
        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (version != CurrentVersion)
            return new(version, -1, 0, deadline.Left, Guid.Empty, "");
        if (!HandshakeSocket.Read(socket, bytes[Prefix..], deadline))
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        if (length is < 0 or > NameLimit)
            return null;
        Span<byte> name = stackalloc byte[length];
        return HandshakeSocket.Read(socket, name, deadline)
            ? new(
                version,
                BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
                new(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), 0, TimeSpan.MaxValue.Ticks)),
                new(bytes[24..40]),
                Encoding.UTF8.GetString(name))
            : null;
    }
}
