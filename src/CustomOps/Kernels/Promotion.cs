namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// PyTorch's result types. Operands fall into three classes: tensors with dimensions, 0-d tensors, and scalars. A lower
/// class changes the result type only when its category (bool, integer, floating) is higher.
/// </summary>
public static class Promotion
{
    /// <summary>The type that an operation on two tensors computes in, in the fake.</summary>
    public static DType Of(TensorType a, TensorType b) => Of(a.DType, a.Rank, b.DType, b.Rank);

    /// <summary>The type that an operation on two tensors computes in, in a kernel.</summary>
    public static DType Of(Tensor a, Tensor b) => Of(a.DType, a.Rank, b.DType, b.Rank);

    /// <summary>The type that an operation on a tensor and a scalar computes in. The tensor's rank does not matter.</summary>
    public static DType Of(DType tensor, Scalar scalar) => Combine(tensor, scalar.DType);

    /// <summary>The type that an operation on two scalars computes in; they are of one class.</summary>
    public static DType Of(Scalar a, Scalar b) => DTypes.Promote(a.DType, b.DType);

    /// <summary>The type of a function such as exp: integers and bool become the default, float32.</summary>
    public static DType ToFloating(DType dtype) => dtype.IsFloating() ? dtype : DType.Float32;

    private static DType Of(DType a, int rankOfA, DType b, int rankOfB) =>
        rankOfA > 0 == rankOfB > 0 ? DTypes.Promote(a, b)
        : rankOfA > 0 ? Combine(a, b)
        : Combine(b, a);

    private static DType Combine(DType higher, DType lower) =>
        lower.Category() > higher.Category() ? lower : higher;
}
