using Evergraph.Graph;
using Evergraph.Passes;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Which elements of a tensor one element of a reduction's result is made of: those along some axes, counted in row-major order.</summary>
internal sealed class ReducedAxes
{
    private readonly int[] _axes;
    private readonly bool _keepsAxes;
    private readonly Shape _sizes;
    private readonly int _rank;

    /// <param name="operand">The sizes of what is reduced.</param>
    /// <param name="axes">The axes, from 0 and in order.</param>
    /// <param name="keepsAxes">Whether the result keeps them with size 1.</param>
    public ReducedAxes(Shape operand, int[] axes, bool keepsAxes)
    {
        (_axes, _keepsAxes, _rank) = (axes, keepsAxes, operand.Rank);
        _sizes = [.. axes.Select(axis => operand[axis])];
    }

    /// <summary>How many elements there are for each of the result.</summary>
    public Dim Count => _sizes.Elements;

    /// <summary>The axes that a node's <c>dim</c> names, all where it names none; and its <c>keepdim</c>.</summary>
    public static ReducedAxes Of(NodeLowering node)
    {
        var shape = node.Tensor("self").Type.Shape;
        long[] dims = !node.Takes("dim") ? [] : node.Node.Argument("dim") is DimArgument ? [node.Int("dim")] : node.Ints("dim");
        int[] axes = dims.Length == 0 || shape.Rank == 0
            ? [.. Enumerable.Range(0, shape.Rank)]
            : [.. dims.Select(dim => NodeLowering.Axis(dim, shape.Rank)).Order()];
        return new(shape, axes, node.Takes("keepdim") && node.Bool("keepdim"));
    }

    /// <summary>The place in the operand of one of the elements that belong to a place in the result.</summary>
    public Dim[] PlaceOf(Dim[] index, Dim element)
    {
        var places = new Dim[_rank];
        var along = ElementScope.Unravel(_sizes, element);
        for (int axis = 0, kept = 0, reduced = 0; axis < _rank; axis++)
        {
            if (reduced < _axes.Length && _axes[reduced] == axis)
            {
                places[axis] = along[reduced++];
                kept += _keepsAxes ? 1 : 0;
            }
            else
            {
                places[axis] = index[kept++];
            }
        }

        return places;
    }

    /// <summary>Combines a number of the operand's elements that belong to a place in the result.</summary>
    public Expression Combine(ElementScope scope, Reduction reduction, Dim[] index, Func<Dim[], Expression> body)
    {
        if (!Count.Equals(1))
            return scope.Reduce(reduction, Count, element => body(PlaceOf(index, element)));
        return reduction.IsPlace() ? scope.Constant(0, DType.Int64) : body(PlaceOf(index, 0));
    }
}
