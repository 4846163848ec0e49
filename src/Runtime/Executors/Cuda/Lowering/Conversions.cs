using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Operands that are rounded to an element type before anything is done with them, by the rules of <see cref="Casts"/>.</summary>
internal static class Conversions
{
    /// <summary>
    /// A tensor, broadcast to a place, or a number, rounded to an element type, then in the type that is computed in for it. Arithmetic does
    /// not round so: see <see cref="ElementwiseLowerings.Operand"/>.
    /// </summary>
    public static Expression Rounded(this ElementScope scope, NodeLowering node, string parameter, ReadOnlySpan<Dim> index, DType dtype) =>
        node.OptionalTensor(parameter) is { } tensor
            ? scope.Cast(scope.Broadcast(tensor, index), tensor.Type.DType, dtype)
            : scope.Rounded(node.Scalar(parameter), dtype);

    /// <summary>A number rounded to an element type, then in the type that is computed in for it.</summary>
    public static Expression Rounded(this ElementScope scope, Scalar number, DType dtype)
    {
        if (number.Kind != ScalarKind.Float && !number.Integer.IsConstant)
            return scope.Cast(scope.Size(number.Integer), DType.Int64, dtype);
        var rounded = Casts.ToTensor(number, dtype);
        if (dtype.IsFloating())
            return scope.Constant(Casts.To(rounded, DType.Float64).ReadOnlySpan<double>()[0], dtype);
        return scope.Constant(Casts.To(rounded, DType.Int64).ReadOnlySpan<long>()[0], dtype);
    }
}
