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

    /// <summary>The sum, computed in the type that the products are summed in, and rounded once.</summary>
    /// <param name="products">Who computes the product.</param>
    /// <param name="self">The addend. With β = 0 it is not read, so its NaN does not spread.</param>
    /// <param name="product">Writes the product into a tensor of the type that it is summed in.</param>
    /// <param name="sizes">The product's sizes.</param>
    /// <param name="beta">The addend's factor.</param>
    /// <param name="alpha">The product's factor.</param>
    public static Tensor Run(
        MatrixProducts products, Tensor self, Action<Tensor> product, ReadOnlySpan<long> sizes, Scalar beta, Scalar alpha)
    {
        var type = products.SumType(self.DType);
        var sums = type == self.DType ? Tensor.Empty(type, sizes) : Scratch.Empty(type, sizes);
        var addend = Scratch.As(self, type);
        product(sums);
        switch (type)
        {
            case DType.Float32:
                Add(addend, sums, (float)beta.ToDouble(), (float)alpha.ToDouble());
                break;
            case DType.Float64:
                Add(addend, sums, beta.ToDouble(), alpha.ToDouble());
                break;
            default:
                // Integers, of which the low bits are kept in the end.
                Add(addend, sums, beta.ToInt64(), alpha.ToInt64());
                break;
        }

        return Scratch.Finish(sums, self.DType);
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
