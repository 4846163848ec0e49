namespace Evergraph.Graph.Views;

/// <summary>Passes JSON in UTF-8 on, with each <c>&lt;</c> as <c>\u003c</c>: then no text in it ends the script that it stands in.</summary>
/// <remarks>
/// In JSON the character stands in strings only, where the escape means the same. The separators of lines, which end lines in old scripts,
/// <see cref="System.Text.Json.Utf8JsonWriter"/> escapes itself, whatever its encoder.
/// </remarks>
/// <param name="inner">Where it goes; whoever opened it closes it.</param>
internal sealed class ScriptStream(Stream inner) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (int next; (next = buffer.IndexOf((byte)'<')) >= 0; buffer = buffer[(next + 1)..])
        {
            inner.Write(buffer[..next]);
            inner.Write("\\u003c"u8);
        }

        inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
