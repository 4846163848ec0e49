using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Index values under arithmetic, comparisons and conversions, element by element with broadcasting.</summary>
internal static class IndexArithmetic
{
    /// <summary>What is known of the result; null for other operators and unknown operands.</summary>
    public static IndexValue? Compute(string name, Node node, IndexValues values)
    {
        var type = node.OutputTypes[0];
        if (node.Arguments.Length == 0 || node.Arguments[0] is not TensorArgument { Value: var self } || values.Of(self) is not { } known)
            return null;
        var from = values.TypeOf(self);
        switch (name)
        {
            case "to" or "_to_copy" or "type_as" or "clone" or "contiguous" or "alias" or "detach" or "lift_fresh" or "lift_fresh_copy":
                return from.DType == type.DType ? known : known.Map(number => number, type);
            case "neg":
                return known is IndexValue.Affine affine && type.DType == DType.Int64 ? -affine : known.Map(number => -number, type);
            case "logical_not" or "bitwise_not":
                return type.DType == DType.Bool ? known.Map(number => number == 0 ? 1 : 0, type) : null;
        }

        if (node.Operator.Schema.Arguments is not [_, { Name: "other" }, ..] || values.Of(node.Argument("other"), from.DType) is not { } other)
            return null;
        var a = known.Broadcast(from.Rank, type.Rank);
        var b = other.Value.Broadcast(other.Rank, type.Rank);
        bool plain = node.Operator.Schema.Arguments.All(argument => argument.Name != "alpha") || node.Is("alpha", 1);
        return name switch
        {
            "add" when plain => Sum(a, b, type) ?? Map(a, b, (x, y) => x + y, type),
            "sub" when plain => Sum(a, Negated(b, type), type) ?? Map(a, b, (x, y) => x - y, type),
            "rsub" when plain => Sum(b, Negated(a, type), type) ?? Map(a, b, (x, y) => y - x, type),
            "mul" => Product(a, b, type) ?? Product(b, a, type) ?? Map(a, b, (x, y) => x * y, type),
            "__and__" or "bitwise_and" or "logical_and" when type.DType == DType.Bool => And(a, b, type),
            "__or__" or "bitwise_or" or "logical_or" when type.DType == DType.Bool => Or(a, b, type),
            "le" => AtLeast(b, a, 0, type) ?? Map(a, b, (x, y) => x <= y ? 1 : 0, type),
            "lt" => AtLeast(b, a, 1, type) ?? Map(a, b, (x, y) => x < y ? 1 : 0, type),
            "ge" => AtLeast(a, b, 0, type) ?? Map(a, b, (x, y) => x >= y ? 1 : 0, type),
            "gt" => AtLeast(a, b, 1, type) ?? Map(a, b, (x, y) => x > y ? 1 : 0, type),
            "eq" => Equal(a, b, type, 1) ?? Map(a, b, (x, y) => x == y ? 1 : 0, type),
            "ne" => Equal(a, b, type, 0) ?? Map(a, b, (x, y) => x != y ? 1 : 0, type),
            _ => null,
        };
    }

    private static IndexValue? Map(IndexValue a, IndexValue b, Func<double, double, double> function, TensorType type) => (a, b) switch
    {
        (_, IndexValue.Everywhere { Number: var number }) => a.Map(x => function(x, number), type),
        (IndexValue.Everywhere { Number: var number }, _) => b.Map(y => function(number, y), type),
        (IndexValue.Where x, IndexValue.Where y) when x.Form.Equals(y.Form)
            && IndexValue.Of(function(x.Yes, y.Yes), type.DType) is IndexValue.Everywhere yes
            && IndexValue.Of(function(x.No, y.No), type.DType) is IndexValue.Everywhere no => IndexValue.Of(x.Form, yes.Number, no.Number, type.Shape),
        (IndexValue.Where x, IndexValue.Where y) when x.Form.Equals(y.Opposite.Form) => Map(x, y.Opposite, function, type),
        _ => null,
    };

    private static bool AnyAffine(IndexValue a, IndexValue b) => a is IndexValue.Affine || b is IndexValue.Affine;

    private static IndexValue? Negated(IndexValue a, TensorType type) => a.AsAffine(type.Rank) is { } affine ? -affine : null;

    private static IndexValue? Sum(IndexValue a, IndexValue? b, TensorType type) =>
        type.DType == DType.Int64 && b is not null && AnyAffine(a, b) && a.AsAffine(type.Rank) is { } x && b.AsAffine(type.Rank) is { } y && x + y is var sum
            ? IndexValue.Of(sum.Constant, sum.Steps, type.Shape)
            : null;

    private static IndexValue? Product(IndexValue a, IndexValue b, TensorType type) =>
        type.DType == DType.Int64 && AnyAffine(a, b) && a.AsAffine(type.Rank) is { } x && b.AsAffine(type.Rank) is { IsConstant: true } y && x * y.Constant is var product
            ? IndexValue.Of(product.Constant, product.Steps, type.Shape)
            : null;

    // a − b ≥ margin, of integers.
    private static IndexValue? AtLeast(IndexValue a, IndexValue b, int margin, TensorType type) =>
        AnyAffine(a, b) && a.AsAffine(type.Rank) is { } x && b.AsAffine(type.Rank) is { } y
            ? IndexValue.Of(x + -y + -margin, 1, 0, type.Shape)
            : null;

    private static IndexValue? Equal(IndexValue a, IndexValue b, TensorType type, double same)
    {
        if (!AnyAffine(a, b) || a.AsAffine(type.Rank) is not { } x || b.AsAffine(type.Rank) is not { } y || x + -y is not { IsConstant: true } difference)
            return null;
        return (difference.Constant == 0).Proof switch
        {
            Truth.True => IndexValue.Of(same, type.DType),
            Truth.False => IndexValue.Of(1 - same, type.DType),
            _ => null,
        };
    }

    // x ∧ true = x, x ∧ false = false; of two comparisons one may imply the other.
    private static IndexValue? And(IndexValue a, IndexValue b, TensorType type) => (a, b) switch
    {
        (IndexValue.Everywhere { Number: var number }, _) when AsTruth(b) is { } truth => number != 0 ? truth : a,
        (_, IndexValue.Everywhere) => And(b, a, type),
        (IndexValue.Where x, IndexValue.Where y) => Ordered(AsComparison(x), AsComparison(y))?.Stricter,
        _ => null,
    };

    private static IndexValue? Or(IndexValue a, IndexValue b, TensorType type) => (a, b) switch
    {
        (IndexValue.Everywhere { Number: var number }, _) when AsTruth(b) is { } truth => number == 0 ? truth : a,
        (_, IndexValue.Everywhere) => Or(b, a, type),
        (IndexValue.Where x, IndexValue.Where y) => Ordered(AsComparison(x), AsComparison(y))?.Looser,
        _ => null,
    };

    private static IndexValue? AsTruth(IndexValue value) => value is IndexValue.Affine ? null : value;

    // A truth value is true where its form is at least 0, not elsewhere.
    private static IndexValue.Where AsComparison(IndexValue.Where truth) => truth.Yes == 0 ? truth.Opposite : truth;

    private static (IndexValue Stricter, IndexValue Looser)? Ordered(IndexValue.Where x, IndexValue.Where y)
    {
        if (x.Form + -y.Form is not { IsConstant: true } difference)
            return null;
        return (difference.Constant >= 0).Proof switch
        {
            Truth.True => (y, x),
            Truth.False => (x, y),
            _ => null,
        };
    }
}
