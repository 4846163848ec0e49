namespace Evergraph.Samples.CustomOperators;

/// <summary>The places of the elements that are not zero: how many there are depends on the data.</summary>
[CustomOp("flash::dyn_nz(Tensor x) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.DataDependent)]
public static partial class DynamicNonzero
{
    /// <summary>[u, rank] where u, from 0 to the number of elements, is known after the run.</summary>
    public static TensorType Fake(TensorType x)
    {
        Require(x.DType == DType.Float32, $"x: expected float32, given {x.DType.Name()}");
        return new(DType.Int64, [FreshSymbol(x.Shape.Elements), x.Rank]);
    }

    /// <summary>Row-major order, one row of indices an element.</summary>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x)
    {
        var elements = x.ReadOnlySpan<float>();
        int count = 0;
        foreach (float element in elements)
            count += element != 0 ? 1 : 0;
        var places = Tensor.Empty(DType.Int64, count, x.Rank);
        var rows = places.Span<long>();
        int row = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            if (elements[i] == 0)
                continue;
            long rest = i;
            for (int axis = x.Rank - 1; axis >= 0; axis--)
            {
                rows[(row * x.Rank) + axis] = rest % x.Sizes[axis];
                rest /= x.Sizes[axis];
            }

            row++;
        }

        return places;
    }

    /// <summary>Tensors with zeros among their elements.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var x = s.Tensor(DType.Float32, [.. s.Sizes(s.Next(1, 3))]);
        foreach (ref float element in x.OnRank[0].Span<float>())
            element = s.Coin() ? 0 : element;
        return s.Call(x);
    }
}
