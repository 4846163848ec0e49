using System.Numerics;

namespace Evergraph.CustomOps.Aten;

/// <summary>β·self + α·product, where self is broadcast to the product: what the add-products have in common.</summary>
internal static class ScaledSum
{
    /// <summary>Checks what the fakes of all of them ask of the addend and the factors.</summary>
    /// <exception cref="ShapeException">They are not legal.</exception>
    public static void Check(TensorType product, TensorType self, Scalar beta, Scalar alpha)
    {
        Operands.RequireSameDType(product, self, "self");
        Broadcast.RequireExpandable(self.Shape, product.Shape);
        bool whole = beta.Kind != ScalarKind.Float && alpha.Kind != ScalarKind.Float;
        Require(
            product.DType.IsFloating() || whole,
            $"for integer tensors beta and alpha must be integers: given beta {beta}, alpha {alpha}");
    }

    /// <summary>The product, summed and scaled in float32 where the type is a 16-bit one, and rounded once.</summary>
    /// <param name="self">The addend. With β = 0 it is not read, so its NaN does not spread.</param>
    /// <param name="product">Writes the product into a tensor of the computing type.</param>
    /// <param name="sizes">The product's sizes.</param>
    /// <param name="beta">The addend's factor.</param>
    /// <param name="alpha">The product's factor.</param>
    public static Tensor Run(Tensor self, Action<Tensor> product, ReadOnlySpan<long> sizes, Scalar beta, Scalar alpha)
    {
        using var result = Widened.Write(Tensor.Empty(self.DType, sizes));
        using var addend = Widened.Read(self);
        product(result.Tensor);
        switch (result.Tensor.DType)
        {
            case DType.Float32:
                Add(addend.Tensor, result.Tensor, (float)beta.ToDouble(), (float)alpha.ToDouble());
                break;
            case DType.Float64:
                Add(addend.Tensor, result.Tensor, beta.ToDouble(), alpha.ToDouble());
                break;
            case DType.Int8:
                Add(addend.Tensor, result.Tensor, unchecked((sbyte)beta.ToInt64()), unchecked((sbyte)alpha.ToInt64()));
                break;
            case DType.UInt8:
                Add(addend.Tensor, result.Tensor, unchecked((byte)beta.ToInt64()), unchecked((byte)alpha.ToInt64()));
                break;
            case DType.Int32:
                Add(addend.Tensor, result.Tensor, unchecked((int)beta.ToInt64()), unchecked((int)alpha.ToInt64()));
                break;
            default:
                Add(addend.Tensor, result.Tensor, beta.ToInt64(), alpha.ToInt64());
                break;
        }

        return result.Round();
    }

    private static void Add<T>(Tensor self, Tensor result, T beta, T alpha)
        where T : unmanaged, INumber<T>
    {
        var sums = result.Span<T>();
        if (alpha != T.One)
            TensorPrimitives.Multiply(sums, alpha, sums);
        if (beta == T.Zero || sums.IsEmpty)
            return;
        var addends = self.ReadOnlySpan<T>();
        var runs = new BroadcastRuns(result.Sizes, self.Sizes);
        while (runs.MoveNext())
        {
            var part = sums.Slice(runs.Start, runs.Length);
            // With a beta of 1 the product is exact, so that one operation serves both.
            if (runs.IsRepeated(0))
                TensorPrimitives.Add(part, unchecked(beta * addends[runs.StartOf(0)]), part);
            else
                TensorPrimitives.MultiplyAdd(addends.Slice(runs.StartOf(0), runs.Length), beta, part, part);
        }
    }
}
