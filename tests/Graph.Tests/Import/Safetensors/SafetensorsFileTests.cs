using System.Buffers.Binary;
using System.Text;
using Evergraph.Graph.Import;
using Evergraph.Graph.Import.Safetensors;

namespace Evergraph.Graph.Tests.Import;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(string header, int dataBytes, long? headerBytes = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, headerBytes ?? text.Length);
        return _folder.Write("x.safetensors", [.. length, .. text, .. Enumerable.Range(0, dataBytes).Select(static i => (byte)i)]);
    }

    private string Fails(string header, int dataBytes, long? headerBytes = null)
    {
        string path = Write(header, dataBytes, headerBytes);
        return Assert.Throws<ImportException>(() => SafetensorsFile.Open(path)).Message.Replace(path, "x.safetensors", StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_cases_are_read_in_place()
    {
        SafetensorsFile file = SafetensorsFile.Open(Fixture.Path("mlp.io.safetensors"));
        SafetensorsEntry input = file["case0.in0"];
        Assert.Equal("F32", input.Format);
        Assert.True(input.Bytes.IsMapped);
        Assert.Equal(input.Sizes.Aggregate(1L, static (a, b) => a * b), input.Elements);
        Assert.Contains("there is no tensor 'case99.in0'; it has", Assert.Throws<ImportException>(() => file["case99.in0"]).Message);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        string path = _folder.Path("w.safetensors");
        SafetensorsWriter.Write(path,
        [
            ("a", "F32", [2, 1], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
            ("empty", "I64", [0, 3], Array.Empty<byte>()),
            ("scalar", "BOOL", [], new byte[] { 1 }),
        ]);
        SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "empty", "scalar"], file.Entries.Select(static e => e.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], file["a"].Bytes.Span().ToArray());
        Assert.Equal([0, 3], file["empty"].Sizes);
        Assert.Equal([1], file["scalar"].Bytes.Span().ToArray());
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", "F32", [2], new byte[4])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", "U8", [1], new byte[1]), ("a", "U8", [1], new byte[1])]));
    }

    [Theory]
    [InlineData("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""", 7, "its bytes are said to be 0 to 8, of 7 in the file")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 0]}}""", 8, "its bytes are said to be 4 to 0")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}""", 8, "its bytes are said to be -8 to 0")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}""", 8, "F32[3] does not take the 8 bytes that its offsets give it")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}""", 8, "F32[4611686018427387904, 4] does not take the 0 bytes")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [4611686018427387904, 4611686018427387904, 4611686018427387904, 4], "data_offsets": [0, 0]}}""", 8, "does not take the 0 bytes")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}""", 8, "expected sizes of 0 or more, given [-1, -2]")]
    [InlineData("""{"a": {"dtype": "F33", "shape": [2], "data_offsets": [0, 8]}}""", 8, "unknown dtype 'F33', expected one of F64, F32")]
    [InlineData("""{"a": {"shape": [2], "data_offsets": [0, 8]}}""", 8, "expected dtype, shape and two data_offsets")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}, "b": {"dtype": "U8", "shape": [4], "data_offsets": [3, 7]}}""", 8, "tensors 'a' and 'b' share bytes")]
    [InlineData("""{"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}, "a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 2]}}""", 8, "two tensors are named 'a'")]
    [InlineData("""[1]""", 8, "header: expected an object, given a list")]
    [InlineData("""{"a": """, 8, "not valid JSON")]
    public void A_header_that_contradicts_the_file_is_refused(string header, int dataBytes, string expected) =>
        Assert.Contains(expected, Fails(header, dataBytes));

    [Fact]
    public void The_header_length_is_checked_before_use()
    {
        Assert.Contains("claims 1000 bytes, of 10 in the file", Fails("{}", 8, 1000));
        Assert.Contains("claims 18446744073709551615 bytes", Fails("{}", 8, -1));
        string path = _folder.Write("short.safetensors", [1, 2, 3]);
        Assert.Contains("expected a safetensors file, given 3 bytes", Assert.Throws<ImportException>(() => SafetensorsFile.Open(path)).Message);
    }
}
