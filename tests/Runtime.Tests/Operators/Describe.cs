using System.Globalization;
using System.Text;

namespace Evergraph.Runtime.Tests;

/// <summary>What a kernel is given for one parameter of every type, as text in 512 bytes padded with zeros.</summary>
[CustomOp("test::describe(Tensor x, Tensor? absent, Tensor?[] list, SymInt n, SymInt? m, SymInt? none, SymInt[] sizes, SymInt[]? no_sizes, int k, int[] ks, float f, float[] fs, bool b, bool[] bs, str s, Scalar c, Scalar sym, Scalar t, ScalarType dtype, Device? device) -> Tensor")]
public static partial class Describe
{
    public const int Bytes = 512;

    public static TensorType Fake(
        TensorType x, TensorType? absent, TensorType?[] list, Dim n, Dim? m, Dim? none, Dim[] sizes, Dim[]? no_sizes, long k, long[] ks, double f, double[] fs,
        bool b, bool[] bs, string s, Scalar c, Scalar sym, Scalar t, DType dtype, string? device) => new(DType.UInt8, [Bytes]);

    [Kernel(Backend.Reference)]
    public static Tensor Real(
        Tensor x, Tensor? absent, Tensor?[] list, long n, long? m, long? none, long[] sizes, long[]? no_sizes, long k, long[] ks, double f, double[] fs,
        bool b, bool[] bs, string s, Scalar c, Scalar sym, Scalar t, DType dtype, string? device)
    {
        string text = string.Join(' ', new[]
        {
            x.ToString(), Show(absent), Join(list), Show(n), Show(m), Show(none), Join(sizes), Show(no_sizes), Show(k), Join(ks), Show(f), Join(fs),
            Show(b), Join(bs), s, Show(c), Show(sym), Show(t), dtype.Name(), Show(device),
        });
        var result = Tensor.Zeros(DType.UInt8, Bytes);
        Encoding.UTF8.GetBytes(text).CopyTo(result.Span<byte>());
        return result;
    }

    public static string TextOf(Tensor result) => Encoding.UTF8.GetString(result.ReadOnlySpan<byte>()).TrimEnd('\0');

    private static string Show(object? item) => item is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{item}");

    private static string Join<T>(IEnumerable<T> items) => $"[{string.Join(", ", items.Select(item => Show(item)))}]";
}
