namespace Evergraph.CustomOps.Aten;

/// <summary>The coordinates of the elements that are not zero, one row each, in row-major order; how many depends on data.</summary>
[CustomOp("aten::nonzero(Tensor self) -> Tensor", Traits = OperatorTraits.Pure | OperatorTraits.DataDependent)]
public static partial class Nonzero
{
    public static TensorType Fake(TensorType self) => new(DType.Int64, [FreshSymbol(self.Shape.Elements), self.Rank]);

    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor self)
    {
        long[] places = TrueElements.Of(self);
        var result = Tensor.Empty(DType.Int64, places.Length, self.Rank);
        var coordinates = result.Span<long>();
        for (int i = 0; i < places.Length; i++)
        {
            long rest = places[i];
            for (int axis = self.Rank - 1; axis >= 0; axis--)
            {
                coordinates[(i * self.Rank) + axis] = rest % self.Sizes[axis];
                rest /= self.Sizes[axis];
            }
        }

        return result;
    }

    public static OperatorSample Sample(SampleBuilder s) => s.Call(s.AnyTensor());
}
