using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Policies in YAML files. The keys are <c>prefer</c>, <c>strict</c>, <c>per_op</c>, <c>allow_vendors</c>,
/// <c>deny_vendors</c> and <c>plugins</c>.
/// </summary>
public static class PolicyFile
{
    /// <summary>The most bytes that a file may have.</summary>
    public const int LargestSize = 1 << 20;

    /// <summary>Reads a policy.</summary>
    /// <param name="name">The file's name for messages, and what the paths of plugins are relative to.</param>
    /// <param name="yaml">Its bytes, in UTF-8.</param>
    /// <param name="knownOperators">Full names of the operators that there are.</param>
    /// <exception cref="DispatchPolicyException">This is no policy; the message names file and line.</exception>
    public static PolicySource Parse(string name, ReadOnlySpan<byte> yaml, IReadOnlyCollection<string> knownOperators) =>
        Parse(name, line => $"{name}:{line}", yaml, knownOperators);

    internal static PolicySource Parse(string name, Func<long, string> origin, ReadOnlySpan<byte> yaml, IReadOnlyCollection<string> knownOperators)
    {
        var source = new PolicySourceBuilder(name, knownOperators);
        new PolicyFileReader(new(Decode(yaml, origin), origin), source, Path.GetDirectoryName(name) ?? "").Read();
        return source.Build();
    }

    /// <summary>Reads the file of a path that is itself written somewhere.</summary>
    internal static PolicySource Read(string path, PolicyPlace place, IReadOnlyCollection<string> knownOperators)
    {
        byte[] bytes = new byte[LargestSize + 1];
        int length;
        try
        {
            // Not File.ReadAllBytes: a device or a pipe has no length, and may have no end.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = exception is FileNotFoundException or DirectoryNotFoundException ? "there is none" : exception.Message;
            throw new DispatchPolicyException(
                place.Error($"expected a YAML file that can be read, given {PolicyPlace.Quote(path)} ({why}): correct the path or unset the variable").Message, exception);
        }

        return length <= LargestSize
            ? Parse(path, bytes.AsSpan(0, length), knownOperators)
            : throw place.Error($"expected a YAML file of at most {LargestSize} bytes, given {PolicyPlace.Quote(path)}, which is larger: a policy is a few lines");
    }

    /// <summary>The text of a file. Bytes that are no text are an error: YAML's parser would take a zero for the end of the file.</summary>
    private static string Decode(ReadOnlySpan<byte> bytes, Func<long, string> origin)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        char[] text = new char[bytes.Length];
        if (Utf8.ToUtf16(bytes, text, out int read, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw Error(bytes, read, $"expected UTF-8, given the byte 0x{bytes[read]:X2}: save the file as UTF-8", origin);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7f)
                throw Error(bytes, i, $"expected text, given the control character U+{bytes[i]:X4}: remove it", origin);
        }

        return new(text, 0, written);
    }

    private static DispatchPolicyException Error(ReadOnlySpan<byte> bytes, int position, string text, Func<long, string> origin) =>
        new PolicyPlace(origin(bytes[..position].Count((byte)'\n') + 1)).Error(text);
}
