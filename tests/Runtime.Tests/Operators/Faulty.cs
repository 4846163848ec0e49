namespace Evergraph.Runtime.Tests;

/// <summary>Its real has a row more than its fake says.</summary>
[CustomOp("test::wrong_size(Tensor x) -> Tensor")]
public static partial class WrongSize
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Zeros(x.DType, x.Sizes[0] + 1, x.Sizes[1]);
}

/// <summary>Its real has another rank than its fake says.</summary>
[CustomOp("test::wrong_rank(Tensor x) -> Tensor")]
public static partial class WrongRank
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Zeros(x.DType, x.Elements);
}

/// <summary>Its real has another element type than its fake says.</summary>
[CustomOp("test::wrong_dtype(Tensor x) -> Tensor")]
public static partial class WrongDType
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Zeros(DType.Int32, x.Sizes);
}

/// <summary>Its real gives null.</summary>
[CustomOp("test::nothing(Tensor x) -> Tensor")]
public static partial class Nothing
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => null!;
}

/// <summary>Its real gives one tensor of the two that its fake says.</summary>
[CustomOp("test::too_few(Tensor x) -> Tensor[]")]
public static partial class TooFew
{
    public static TensorType[] Fake(TensorType x) => [x, x];

    [Kernel(Backend.Reference)]
    public static Tensor[] Real(Tensor x) => [x.Clone()];
}

/// <summary>Its real gives its operand.</summary>
[CustomOp("test::alias(Tensor x) -> Tensor")]
public static partial class Alias
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => x.Reinterpret(x.Sizes);
}

/// <summary>Its real throws.</summary>
[CustomOp("test::throw(Tensor x, Tensor[] others, str kind) -> Tensor")]
public static partial class Throw
{
    public static TensorType Fake(TensorType x, TensorType[] others, string kind) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, Tensor[] others, string kind) =>
        throw (kind == "evergraph" ? new EvergraphException("the table is empty") : new InvalidOperationException("the table is empty"));
}

/// <summary>Its real gives more elements than the bound that its fake declared.</summary>
[CustomOp("test::over_bound(Tensor x) -> Tensor", Traits = OperatorTraits.DataDependent)]
public static partial class OverBound
{
    public static TensorType Fake(TensorType x) => new(x.DType, [FreshSymbol(4)]);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Zeros(x.DType, 5);
}

/// <summary>It has no kernel.</summary>
[CustomOp("test::bodiless(Tensor x) -> Tensor")]
public static partial class Bodiless
{
    public static TensorType Fake(TensorType x) => x;
}

/// <summary>It has no kernel either.</summary>
[CustomOp("test::bodiless.other(Tensor x) -> Tensor")]
public static partial class BodilessOther
{
    public static TensorType Fake(TensorType x) => x;
}

/// <summary>Its real throws on rank 1.</summary>
[CustomOp("test::throw_on_rank_one(Tensor x) -> Tensor", Traits = OperatorTraits.RankDependent)]
public static partial class ThrowOnRankOne
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => ProcessGroup.Current!.Rank == 1 ? throw new InvalidOperationException("this rank is broken") : x.Clone();
}

/// <summary>Its real gives one tensor twice.</summary>
[CustomOp("test::twins(Tensor x) -> (Tensor, Tensor)")]
public static partial class Twins
{
    public static (TensorType, TensorType) Fake(TensorType x) => (x, x);

    [Kernel(Backend.Reference)]
    public static (Tensor, Tensor) Real(Tensor x)
    {
        var copy = x.Clone();
        return (copy, copy);
    }
}

/// <summary>One of its sizes depends on data; the other is not what its fake says.</summary>
[CustomOp("test::half_known(Tensor x) -> Tensor", Traits = OperatorTraits.DataDependent)]
public static partial class HalfKnown
{
    public static TensorType Fake(TensorType x) => new(x.DType, [FreshSymbol(x.Shape[0]), x.Shape[1]]);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Zeros(x.DType, 1, x.Sizes[1] + 1);
}
