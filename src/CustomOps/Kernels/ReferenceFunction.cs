namespace Evergraph.CustomOps.Kernels;

/// <summary>A function applied to one element after the other, in float64, and rounded once: the oracle of the vectorised ones.</summary>
internal static class ReferenceFunction
{
    /// <summary>y = f(x), of the type of x, which is floating.</summary>
    public static Tensor Apply(Tensor x, Func<double, double> function)
    {
        var result = Scratch.Empty(DType.Float64, x.Sizes);
        var numbers = Scratch.As(x, DType.Float64).ReadOnlySpan<double>();
        for (int i = 0; i < numbers.Length; i++)
            result.Span<double>()[i] = function(numbers[i]);
        return Casts.To(result, x.DType);
    }
}
