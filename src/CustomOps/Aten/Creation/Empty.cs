namespace Evergraph.CustomOps.Aten;

/// <summary>Zeros. PyTorch leaves them undefined; zeros make every run the same.</summary>
[CustomOp(
    "aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor",
    Traits = OperatorTraits.Pure)]
public static partial class Empty
{
    /// <summary>The sizes asked for; the type asked for, or float32.</summary>
    public static TensorType Fake(Dim[] size, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        ConstantFill.TypeOf(size, dtype ?? DType.Float32);

    /// <summary>Zeros. PyTorch leaves them undefined; zeros make every run the same.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(long[] size, DType? dtype, string? layout, string? device, bool? pin_memory, string? memory_format) =>
        Tensor.Zeros(dtype ?? DType.Float32, size);

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s) =>
        s.Call(s.AnyShape().ToArray(), s.Coin() ? s.Any() : null, s.Pick(null, "strided"), s.Pick(null, "cpu", "cuda:0"), s.Coin() ? s.Coin() : null);
}
