using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Sums, products, functions of one tensor, bits, limits. Quotients and powers have files of their own.</summary>
internal static class ElementwiseLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::add.Tensor", node => Add(node, "self", "other"));
        table.Add("aten::add.Scalar", node => Add(node, "self", "other"));
        table.Add("aten::sub.Tensor", node => Combine(node, "Sub", "self", "other"));
        table.Add("aten::sub.Scalar", node => Combine(node, "Sub", "self", "other"));
        table.Add("aten::rsub.Tensor", node => Combine(node, "Sub", "other", "self"));
        table.Add("aten::rsub.Scalar", node => Combine(node, "Sub", "other", "self"));
        table.Add("aten::mul.Tensor", Multiply);
        table.Add("aten::mul.Scalar", Multiply);
        foreach (string name in (string[])["aten::maximum", "aten::max.other"])
            table.Add(name, node => Extreme(node, "Max", "Or"));
        foreach (string name in (string[])["aten::minimum", "aten::min.other"])
            table.Add(name, node => Extreme(node, "Min", "And"));
        table.Add("aten::clamp", node => Clamp(node, "min", "max"));
        table.Add("aten::clamp_min", node => Clamp(node, "min", null));
        table.Add("aten::clamp_max", node => Clamp(node, null, "max"));

        Function(table, "exp", "Exp", KernelTypes.Functions);
        Function(table, "log", "Log", KernelTypes.Functions);
        Function(table, "sqrt", "Sqrt", KernelTypes.Functions);
        Function(table, "reciprocal", "Reciprocal", KernelTypes.Functions);
        Function(table, "sin", "Sin", KernelTypes.Functions);
        Function(table, "cos", "Cos", KernelTypes.SingleFunctions);
        Function(table, "erf", "Erf", KernelTypes.SingleFunctions);
        table.Add("aten::rsqrt", node => Unary(node, KernelTypes.Functions, x => node.Emit("Reciprocal", [node.Emit("Sqrt", [x])])));
        table.Add("aten::neg", node => Unary(node, KernelTypes.Negation, x => node.Emit("Neg", [x])));
        table.Add("aten::abs", node => Unary(node, KernelTypes.Arithmetic, x => node.Emit("Abs", [x])));
        table.Add("aten::floor", node => Round(node, "Floor"));
        table.Add("aten::ceil", node => Round(node, "Ceil"));
        table.Add("aten::round", node => Round(node, "Round"));

        foreach (string overload in (string[])["Tensor", "Scalar"])
        {
            table.Add($"aten::bitwise_and.{overload}", node => Bits(node, "And"));
            table.Add($"aten::__and__.{overload}", node => Bits(node, "And"));
            table.Add($"aten::bitwise_or.{overload}", node => Bits(node, "Or"));
            table.Add($"aten::__or__.{overload}", node => Bits(node, "Or"));
        }

        table.Add("aten::bitwise_not", BitwiseNot);
        table.Add("aten::logical_and", node => Logical(node, "And"));
        table.Add("aten::logical_or", node => Logical(node, "Or"));
        table.Add("aten::logical_not", node => node.Return(node.Emit("Not", [node.Rounded("self", DType.Bool, DType.Bool)])));
    }

    /// <summary>A function of one tensor whose element type is that of the result, computed in a type that the kernels take.</summary>
    public static bool Unary(NodeLowering node, DTypeSet kernels, Func<string, string> function, string parameter = "self")
    {
        var dtype = node.Result.DType;
        if (dtype.ComputedIn(kernels) is not { } computed)
            return node.Decline($"no kernel for {dtype.Name()}");
        return node.Return(node.Convert(function(node.Rounded(parameter, dtype, computed)), computed, dtype));
    }

    /// <summary>A number or a tensor as an operand.</summary>
    public static string NumberOrTensor(NodeLowering node, string parameter, DType dtype, DType computed) =>
        node.AsScalar(parameter) is { } scalar
            ? node.NumberOf(scalar, computed, computed)
            : node.Operand(parameter, dtype, computed);

    private static void Function(LoweringTable table, string name, string operatorName, DTypeSet kernels) =>
        table.Add($"aten::{name}", node => Unary(node, kernels, x => node.Emit(operatorName, [x])));

    private static bool Add(NodeLowering node, string left, string right)
    {
        if (node.Result.DType != DType.Bool)
            return Combine(node, "Add", left, right);
        var alpha = node.Scalar("alpha");
        if (alpha.Kind != ScalarKind.Float && !alpha.Integer.IsConstant)
            return node.Decline("alpha of bools is symbolic");
        string a = BoolOperand(node, left);
        return node.Return(alpha.ToBool() ? node.Emit("Or", [a, BoolOperand(node, right)]) : node.Emit("Or", [a, node.Emit("And", [BoolOperand(node, right), node.Number(DType.Bool, false)])]));
    }

    /// <summary>left ∘ alpha · right.</summary>
    private static bool Combine(NodeLowering node, string operatorName, string left, string right)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Arithmetic)!.Value;
        string a = NumberOrTensor(node, left, dtype, computed), b = NumberOrTensor(node, right, dtype, computed);
        var alpha = node.Scalar("alpha");
        if (alpha != 1 && alpha != 1.0 && alpha != true)
            b = node.Emit("Mul", [node.NumberOf(alpha, computed, computed), b]);
        return node.Return(node.Convert(node.Emit(operatorName, [a, b]), computed, dtype));
    }

    private static bool Multiply(NodeLowering node)
    {
        var dtype = node.Result.DType;
        if (dtype == DType.Bool)
            return node.Return(node.Emit("And", [BoolOperand(node, "self"), BoolOperand(node, "other")]));
        var computed = dtype.ComputedIn(KernelTypes.Arithmetic)!.Value;
        string product = node.Emit("Mul", [NumberOrTensor(node, "self", dtype, computed), NumberOrTensor(node, "other", dtype, computed)]);
        return node.Return(node.Convert(product, computed, dtype));
    }

    private static bool Extreme(NodeLowering node, string operatorName, string ofBools)
    {
        var dtype = node.Result.DType;
        if (dtype == DType.Bool)
            return node.Return(node.Emit(ofBools, [BoolOperand(node, "self"), BoolOperand(node, "other")]));
        var computed = dtype.ComputedIn(KernelTypes.Extremes)!.Value;
        return node.Return(node.Convert(node.Emit(operatorName, [node.Operand("self", dtype, computed), node.Operand("other", dtype, computed)]), computed, dtype));
    }

    /// <summary>Max and Min, which keep NaN; Clip leaves that open.</summary>
    private static bool Clamp(NodeLowering node, string? lower, string? upper)
    {
        var dtype = node.Result.DType;
        var computed = dtype.ComputedIn(KernelTypes.Extremes)!.Value;
        string value = node.Rounded("self", dtype, computed);
        if (lower is not null && node.Has(lower))
            value = node.Emit("Max", [value, node.NumberOf(node.Scalar(lower), dtype, computed)]);
        if (upper is not null && node.Has(upper))
            value = node.Emit("Min", [value, node.NumberOf(node.Scalar(upper), dtype, computed)]);
        return node.Return(node.Convert(value, computed, dtype));
    }

    private static bool Round(NodeLowering node, string operatorName) => node.Result.DType.IsFloating()
        ? Unary(node, KernelTypes.Functions, x => node.Emit(operatorName, [x]))
        : node.Return(node.Input("self"));

    private static bool Bits(NodeLowering node, string operatorName)
    {
        var dtype = node.Result.DType;
        return node.Return(node.Emit(dtype == DType.Bool ? operatorName : $"Bitwise{operatorName}", [Whole(node, "self", dtype), Whole(node, "other", dtype)]));
    }

    private static bool BitwiseNot(NodeLowering node) =>
        node.Return(node.Emit(node.Result.DType == DType.Bool ? "Not" : "BitwiseNot", [node.Input("self")]));

    private static bool Logical(NodeLowering node, string operatorName) =>
        node.Return(node.Emit(operatorName, [BoolOperand(node, "self"), BoolOperand(node, "other")]));

    private static string BoolOperand(NodeLowering node, string parameter) => Whole(node, parameter, DType.Bool);

    private static string Whole(NodeLowering node, string parameter, DType dtype) =>
        node.AsScalar(parameter) is { } scalar
            ? node.NumberOf(scalar, dtype, dtype)
            : node.Rounded(parameter, dtype, dtype);
}
