using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Passes;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Values in other element types, by the rules of <see cref="Casts"/>, and numbers as operands.</summary>
internal static class Conversions
{
    /// <summary>A value as PyTorch converts it. C++ leaves open what ONNX's Cast makes of some numbers; those take a detour.</summary>
    public static string Convert(this NodeLowering node, string value, DType from, DType to)
    {
        if (from == to)
            return value;
        var through = Through(from, to);
        return through is { } between ? node.Cast(node.Cast(value, from, between), between, to) : node.Cast(value, from, to);
    }

    /// <summary>
    /// A tensor as an operand: in the operation's element type, then in the wider one that is computed in. An integer tensor that meets
    /// a 16-bit type is rounded to it first, a 0-d tensor is not.
    /// </summary>
    public static string Operand(this NodeLowering node, string parameter, DType dtype, DType computed)
    {
        var type = node.Type(parameter);
        string value = node.Input(parameter);
        if (dtype.Size() == 2 && dtype.IsFloating() && (type.Rank == 0 || type.DType.IsFloating()))
            return node.Convert(value, type.DType, computed);
        return node.Widen(node.Convert(value, type.DType, dtype), dtype, computed);
    }

    /// <summary>A tensor in an element type, then in the wider one that is computed in.</summary>
    public static string Rounded(this NodeLowering node, string parameter, DType dtype, DType computed) =>
        node.Widen(node.Convert(node.Input(parameter), node.Type(parameter).DType, dtype), dtype, computed);

    /// <summary>A value in a type that holds all its numbers.</summary>
    public static string Widen(this NodeLowering node, string value, DType from, DType to) => node.Cast(value, from, to);

    /// <summary>The number that an argument is, or null for a tensor and for none.</summary>
    public static Scalar? AsScalar(this NodeLowering node, string parameter) => (node.Node.Argument(parameter) as ScalarArgument)?.Scalar;

    /// <summary>A number without dimensions, in an element type, then in the wider one that is computed in.</summary>
    public static string NumberOf(this NodeLowering node, Scalar scalar, DType dtype, DType computed)
    {
        if (scalar.Kind == ScalarKind.Float || scalar.Integer.IsConstant)
            return node.Constant(Casts.To(Casts.ToTensor(scalar, dtype), computed));
        return node.Widen(node.Convert(node.ScalarSize(scalar.Integer), DType.Int64, dtype), dtype, computed);
    }

    /// <summary>A size as a value without dimensions.</summary>
    public static string ScalarSize(this NodeLowering node, Dim size) => size.TryGetConstant(out long constant)
        ? node.Number(DType.Int64, constant)
        : node.Emit("Squeeze", [node.Size(size), node.Integers(0)]);

    /// <summary>A type that a conversion must go through, or null.</summary>
    private static DType? Through(DType from, DType to)
    {
        // What does not fit into 8 bits is cut, not saturated: −1.0 is 255.
        if (from.IsFloating() && to is (DType.Int8 or DType.UInt8))
            return DType.Int64;

        // To 16 bits and from them everything goes through float32.
        bool reduces = to is DType.Float16 or DType.BFloat16, widens = from is DType.Float16 or DType.BFloat16;
        return (reduces || widens) && from != DType.Float32 && to != DType.Float32 ? DType.Float32 : null;
    }
}
