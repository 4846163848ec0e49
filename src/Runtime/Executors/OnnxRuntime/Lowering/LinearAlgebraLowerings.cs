using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Products of matrices.</summary>
internal static class LinearAlgebraLowerings
{
    private const string AmxLinear = "amx";

    /// <summary>
    /// MatMul. Products of small integers are summed in int32: the low bits are the same. float64 is left out: ONNX Runtime draws factors
    /// beside a product into it, as float32.
    /// </summary>
    private static readonly DTypeSet Products = DTypeSet.Of(DType.Float32, DType.Int32, DType.Int64);

    public static void Register(LoweringTable table)
    {
        table.Add("aten::linear", Linear);
        table.Add("aten::mm", node => Product(node, "self", "mat2"));
        table.Add("aten::bmm", node => Product(node, "self", "mat2"));
        table.Add("aten::mv", node => Product(node, "self", "vec"));
        table.Add("aten::dot", node => Product(node, "self", "tensor"));
        table.Add("aten::matmul", node => Product(node, "self", "other"));
        table.Add("aten::addmm", node => ScaledSum(node, "mat1", "mat2"));
        table.Add("aten::baddbmm", node => ScaledSum(node, "batch1", "batch2"));
    }

    /// <summary>x·wᵀ + b. The weight stays as PyTorch has it; ONNX Runtime packs it transposed when the session is created.</summary>
    private static bool Linear(NodeLowering node)
    {
        if (node.Weight("weight") is not null && node.Implementation == AmxLinear)
            return node.Decline("the processor's matrix unit is faster");
        var dtype = node.Result.DType;
        if (dtype.ComputedIn(Products) is not { } computed)
            return node.Decline("a product of float64");
        string input = node.Cast(node.Input("input"), dtype, computed), weight = node.Cast(node.Input("weight"), dtype, computed);
        string product = computed == DType.Float32
            ? node.EmitMicrosoft("FusedMatMul", [input, weight], Attributes.Int("transB", 1))
            : node.Emit("MatMul", [input, node.Transpose(weight, 1, 0)]);
        if (node.Has("bias"))
            product = node.Emit("Add", [product, node.Cast(node.Input("bias"), dtype, computed)]);
        return node.Return(node.Convert(product, computed, dtype));
    }

    private static bool Product(NodeLowering node, string left, string right)
    {
        var dtype = node.Result.DType;
        if (dtype.ComputedIn(Products) is not { } computed)
            return node.Decline("a product of float64");
        TensorType a = node.Type(left), b = node.Type(right);
        if (!Broadcasts(a.Shape, b.Shape))
            return node.Decline("batches that are broadcast and may be empty");
        if (a.Shape[^1].Range.Min < 1)
            return node.Decline("sums of nothing, which it may leave unwritten");

        // A vector is a row on the left and a column on the right; ONNX knows that too, but not where there are no elements.
        string x = node.Cast(node.Input(left), dtype, computed), y = node.Cast(node.Input(right), dtype, computed);
        x = a.Rank == 1 ? node.Unsqueeze(x, 0) : x;
        y = b.Rank == 1 ? node.Unsqueeze(y, 1) : y;
        string product = node.Emit("MatMul", [x, y]);
        long[] removed = [.. (long[])(a.Rank == 1 ? [b.Rank == 1 ? 0 : -2] : []), .. (long[])(b.Rank == 1 ? [a.Rank == 1 ? 1 : -1] : [])];
        product = removed.Length > 0 ? node.Emit("Squeeze", [product, node.Integers(removed)]) : product;
        return node.Return(node.Convert(product, computed, dtype));
    }

    /// <summary>Whether ONNX Runtime multiplies stacks of matrices of these shapes at every size: it repeats no matrix to none.</summary>
    public static bool Broadcasts(Shape left, Shape right)
    {
        if (right.Rank <= 2)
            return true;
        Shape a = Shape.Create(left.AsSpan()[..Math.Max(0, left.Rank - 2)]), b = Shape.Create(right.AsSpan()[..^2]);
        return a == b || a.Concat(b).All(size => size.Range.Min >= 1);
    }

    private static string Product(NodeLowering node, string left, string right, DType dtype, DType computed) =>
        node.Emit("MatMul", [node.Cast(node.Input(left), dtype, computed), node.Cast(node.Input(right), dtype, computed)]);

    /// <summary>β·self + α·(left·right). With a β of 0 what self holds does not count, not even NaN.</summary>
    private static bool ScaledSum(NodeLowering node, string left, string right)
    {
        var dtype = node.Result.DType;
        if (dtype.ComputedIn(Products) is not { } computed)
            return node.Decline("a product of float64");
        Scalar alpha = node.Scalar("alpha"), beta = node.Scalar("beta");
        if (!IsKnown(alpha) || !IsKnown(beta))
            return node.Decline("a symbolic factor");
        bool adds = beta.ToDouble() != 0;

        // Without inner elements Gemm takes a β of 1.
        if (node.Result.Rank == 2 && computed == DType.Float32 && node.Type(left).Shape[1].Range.Min >= 1)
            return node.Return(node.Convert(Gemm(node, left, right, adds, dtype, computed), computed, dtype));
        string sum = Scaled(node, Product(node, left, right, dtype, computed), alpha, computed);
        if (adds)
            sum = node.Emit("Add", [Scaled(node, node.Cast(node.Input("self"), dtype, computed), beta, computed), sum]);
        return node.Return(node.Convert(sum, computed, dtype));
    }

    private static string Gemm(NodeLowering node, string left, string right, bool adds, DType dtype, DType computed)
    {
        List<string> inputs = [node.Cast(node.Input(left), dtype, computed), node.Cast(node.Input(right), dtype, computed)];
        if (adds)
            inputs.Add(node.Cast(node.Input("self"), dtype, computed));
        return node.Emit("Gemm", [.. inputs], Attributes.Float("alpha", node.Scalar("alpha").ToDouble()), Attributes.Float("beta", node.Scalar("beta").ToDouble()));
    }

    private static string Scaled(NodeLowering node, string value, Scalar factor, DType dtype) =>
        factor.ToDouble() == 1 ? value : node.Emit("Mul", [value, node.NumberOf(factor, dtype, dtype)]);

    private static bool IsKnown(Scalar scalar) => scalar.Kind == ScalarKind.Float || scalar.Integer.IsConstant;
}
