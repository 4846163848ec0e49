using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>The last axes of a tensor under a window that may reach beyond them.</summary>
/// <param name="scope">Makes expressions.</param>
/// <param name="input">The tensor.</param>
/// <param name="dimensions">How many axes the window has.</param>
/// <param name="reachesBeyond">Whether it can reach beyond the input at all.</param>
internal sealed class InputWindow(ElementScope scope, LoweredValue input, int dimensions, bool reachesBeyond)
{
    /// <summary>The element at places along the last axes, or another number where one is outside.</summary>
    /// <param name="outer">The places along the axes before.</param>
    /// <param name="places">The places along the window's axes.</param>
    /// <param name="outside">What stands beyond.</param>
    public Expression At(Dim[] outer, Dim[] places, Expression outside)
    {
        var element = scope.At(input, [.. outer, .. places]);
        return IsInside(places) is { } condition ? scope.Select(condition, element, outside) : element;
    }

    /// <summary>Whether places lie within the axes; null where they always do.</summary>
    public Expression? IsInside(Dim[] places)
    {
        Expression? all = null;
        for (int i = 0; i < dimensions && reachesBeyond; i++)
        {
            var size = input.Type.Shape[input.Type.Rank - dimensions + i];
            if (IsWithin(places[i], size))
                continue;
            var one = scope.Call("({0} >= 0 && {0} < {1})", DType.Bool, scope.Size(places[i]), scope.Size(size));
            all = all is null ? one : scope.Call("({0} && {1})", DType.Bool, all, one);
        }

        return all;
    }

    private static bool IsWithin(Dim place, Dim size) => (place >= 0).Proof == Truth.True && (place < size).Proof == Truth.True;
}
