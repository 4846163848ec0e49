namespace Evergraph.Runtime.Tests;

/// <summary>a + b; the sizes must be equal.</summary>
[CustomOp("test::add(Tensor a, Tensor b) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class Add
{
    public static TensorType Fake(TensorType a, TensorType b)
    {
        for (int i = 0; i < a.Rank; i++)
            Require(b.Shape[i] == a.Shape[i], "sizes differ");
        return a;
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor a, Tensor b)
    {
        var result = Tensor.Empty(a.DType, a.Sizes);
        for (int i = 0; i < a.Elements; i++)
            result.Span<float>()[i] = a.ReadOnlySpan<float>()[i] + b.ReadOnlySpan<float>()[i];
        return result;
    }
}

/// <summary>x * by.</summary>
[CustomOp("test::scale(Tensor x, Scalar by) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class Scale
{
    public static TensorType Fake(TensorType x, Scalar by) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, Scalar by)
    {
        var result = Tensor.Empty(x.DType, x.Sizes);
        for (int i = 0; i < x.Elements; i++)
            result.Span<float>()[i] = x.ReadOnlySpan<float>()[i] * (float)by.ToDouble();
        return result;
    }
}

/// <summary>The tensors one after another along axis 0; absent ones are left out.</summary>
[CustomOp("test::concat(Tensor?[] tensors) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class Concat
{
    public static TensorType Fake(TensorType?[] tensors)
    {
        var present = tensors.OfType<TensorType>().ToArray();
        Dim rows = 0;
        foreach (var tensor in present)
            rows += tensor.Shape[0];
        return present[0] with { Shape = present[0].Shape.With(0, rows) };
    }

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor?[] tensors)
    {
        var present = tensors.OfType<Tensor>().ToArray();
        long[] sizes = present[0].Sizes.ToArray();
        sizes[0] = present.Sum(tensor => tensor.Sizes[0]);
        var result = Tensor.Empty(present[0].DType, sizes);
        int offset = 0;
        foreach (var tensor in present)
        {
            tensor.ReadOnlyBytes().CopyTo(result.Bytes()[offset..]);
            offset += tensor.ReadOnlyBytes().Length;
        }

        return result;
    }
}

/// <summary>(x + 1, x - 1), made in the other order.</summary>
[CustomOp("test::plus_minus(Tensor x) -> (Tensor plus, Tensor minus)", Traits = OperatorTraits.Pure)]
public static partial class PlusMinus
{
    public static (TensorType Plus, TensorType Minus) Fake(TensorType x) => (x, x);

    [Kernel(Backend.Reference)]
    public static (Tensor Plus, Tensor Minus) Real(Tensor x)
    {
        var minus = Tensor.Empty(x.DType, x.Sizes);
        var plus = Tensor.Empty(x.DType, x.Sizes);
        for (int i = 0; i < x.Elements; i++)
        {
            plus.Span<float>()[i] = x.ReadOnlySpan<float>()[i] + 1;
            minus.Span<float>()[i] = x.ReadOnlySpan<float>()[i] - 1;
        }

        return (plus, minus);
    }
}

/// <summary>-x, with scratch memory of the result's size that is taken first.</summary>
[CustomOp("test::negate(Tensor x) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class Negate
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x)
    {
        var scratch = Tensor.Empty(x.DType, x.Sizes);
        var result = Tensor.Empty(x.DType, x.Sizes);
        for (int i = 0; i < x.Elements; i++)
        {
            scratch.Span<float>()[i] = 0;
            result.Span<float>()[i] = scratch.ReadOnlySpan<float>()[i] - x.ReadOnlySpan<float>()[i];
        }

        return result;
    }
}

/// <summary>A tensor of these sizes, every element the scalar.</summary>
[CustomOp("test::fill(SymInt[] sizes, Scalar value) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class Fill
{
    public static TensorType Fake(Dim[] sizes, Scalar value) => new(DType.Float32, Shape.Of(sizes));

    [Kernel(Backend.Reference)]
    public static Tensor Real(long[] sizes, Scalar value)
    {
        var result = Tensor.Empty(DType.Float32, sizes);
        result.Span<float>().Fill((float)value.ToDouble());
        // The array is the executor's: a kernel may use it as it likes, and must not be able to spoil the next run.
        Array.Clear(sizes);
        return result;
    }
}

/// <summary>The elements of a vector that are above zero.</summary>
[CustomOp("test::positive(Tensor x) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.DataDependent)]
public static partial class Positive
{
    public static TensorType Fake(TensorType x) => new(x.DType, [FreshSymbol(x.Shape[0])]);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.From(x.ReadOnlySpan<float>().ToArray().Where(element => element > 0).ToArray(), x.ReadOnlySpan<float>().ToArray().Count(element => element > 0));
}

/// <summary>A tensor of the operand's sizes, not written: nothing but the call.</summary>
[CustomOp("test::to_itself(Tensor x) -> Tensor", Traits = OperatorTraits.Pure)]
public static partial class ToItself
{
    public static TensorType Fake(TensorType x) => x;

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x) => Tensor.Empty(x.DType, x.Sizes);
}
