namespace Evergraph.CustomOps;

/// <summary>What fakes ask of their operands' ranks and element types.</summary>
internal static class Operands
{
    /// <summary>The rank must be this.</summary>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void RequireRank(TensorType type, int rank, string name) =>
        Require(type.Rank == rank, $"{name} has the wrong number of dimensions: expected {rank}, given {type.Rank} ({type})");

    /// <summary>An optional operand must be a vector of this size.</summary>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void RequireVector(TensorType? type, Dim size, string name)
    {
        if (type is null)
            return;
        RequireRank(type, 1, name);
        Require(type.Shape[0] == size, $"{name} has the wrong size");
    }

    /// <summary>The element types must be equal; an absent operand has any.</summary>
    /// <exception cref="ShapeException">They are not.</exception>
    public static void RequireSameDType(TensorType expected, TensorType? given, string name)
    {
        if (given is not null)
            Require(given.DType == expected.DType, $"{name} has another element type: expected {expected.DType.Name()}, given {given.DType.Name()}");
    }

    /// <summary>The element type must be floating-point.</summary>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void RequireFloating(TensorType type, string name) =>
        Require(type.DType.IsFloating(), $"{name} must be floating-point: expected float32, float64, float16 or bfloat16, given {type.DType.Name()}");

    /// <summary>The element type must be a number.</summary>
    /// <exception cref="ShapeException">It is bool.</exception>
    public static void RequireNumber(TensorType type, string name) =>
        Require(type.DType != DType.Bool, $"{name} must hold numbers: expected any element type but bool, given bool");
}
