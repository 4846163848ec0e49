using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Index values under operators that only rearrange elements.</summary>
internal static class IndexViews
{
    /// <summary>What is known of a view of a known value; null for other operators.</summary>
    public static IndexValue? Compute(string name, Node node, IndexValues values)
    {
        var type = node.OutputTypes[0];
        if (name == "cat")
            return Joined(node, values);
        if (node.Arguments.Length == 0 || node.Arguments[0] is not TensorArgument { Value: var operand } || values.Of(operand) is not { } known)
            return null;
        var from = values.TypeOf(operand);
        return name switch
        {
            "expand" or "expand_as" => known.Broadcast(from.Rank, type.Rank),
            "slice" when node.Number("step") is { } step => Part(node, known, from, type, node.Argument("start"), (long)step),
            "narrow" => Part(node, known, from, type, node.Argument("start"), 1),
            "select" => Selected(node, known, from),
            "transpose" => known.Renumber(steps => Exchanged(steps, node.Axis("dim0", from.Rank), node.Axis("dim1", from.Rank))),
            "t" => known.Renumber(steps => steps.Reverse()),
            "permute" => known.Renumber(steps => node.Dims("dims").Select(dim => steps[(int)(dim.Value < 0 ? dim.Value + from.Rank : dim.Value)])),
            "diff" => Difference(node, known, from, type, values),
            _ when node.Operator.Has(OperatorTraits.Reshapes) => Reshaped(known, from.Shape, type.Shape),
            _ => null,
        };
    }

    // Only axes of size 1 come and go: the others are the same in the same order.
    private static IndexValue? Reshaped(IndexValue known, Shape from, Shape to)
    {
        if (known is IndexValue.Everywhere)
            return known;
        int[] axes = [.. Enumerable.Range(0, from.Rank).Where(axis => !from[axis].Equals(1))];
        int[] places = [.. Enumerable.Range(0, to.Rank).Where(axis => !to[axis].Equals(1))];
        if (axes.Length != places.Length || axes.Zip(places).Any(pair => !from[pair.First].Equals(to[pair.Second])))
            return null;
        return known.Renumber(steps => Enumerable.Range(0, to.Rank).Select(axis => Array.IndexOf(places, axis) is var i and >= 0 ? steps[axes[i]] : 0));
    }

    // A start beyond the end gives no elements, of which everything holds.
    private static IndexValue? Part(Node node, IndexValue known, TensorType from, TensorType type, Argument start, long step)
    {
        var first = start is DimArgument { Dim: var dim } ? dim : 0;
        int axis = node.Axis("dim", from.Rank);
        if (known is IndexValue.Everywhere)
            return known;
        return (first >= 0).Proof == Truth.True ? From(known, axis, first, step, type.Shape) : null;
    }

    private static IndexValue? From(IndexValue known, int axis, Dim first, long step, Shape shape)
    {
        IndexValue.Affine Moved(IndexValue.Affine form) => new(
            form.Constant + (form.Steps[axis] * first),
            form.Steps.Select((own, i) => i == axis ? own * step : own).ToEquatableArray());
        return known switch
        {
            IndexValue.Affine affine when Moved(affine) is var moved => IndexValue.Of(moved.Constant, moved.Steps, shape),
            IndexValue.Where where => IndexValue.Of(Trimmed(Moved(where.Form), shape), where.Yes, where.No, shape),
            _ => known,
        };
    }

    private static IndexValue.Affine Trimmed(IndexValue.Affine form, Shape shape) =>
        form with { Steps = form.Steps.Select((step, axis) => shape[axis].Equals(1) ? 0 : step).ToEquatableArray() };

    private static IndexValue? Selected(Node node, IndexValue known, TensorType from)
    {
        int axis = node.Axis("dim", from.Rank);
        var index = node.Dim("index");
        if (known is not IndexValue.Everywhere && (index >= 0).Proof != Truth.True)
            return null;
        return From(known, axis, index, 0, from.Shape)?.Renumber(steps => steps.Where((_, i) => i != axis));
    }

    private static IEnumerable<Dim> Exchanged(EquatableArray<Dim> steps, int a, int b) =>
        steps.Select((step, axis) => axis == a ? steps[b] : axis == b ? steps[a] : step);

    /// <summary>Neighbours of an affine value differ by its step, and so does the first from a prepended value that goes before it.</summary>
    private static IndexValue? Difference(Node node, IndexValue known, TensorType from, TensorType type, IndexValues values)
    {
        int axis = node.Axis("dim", from.Rank);
        if (type.DType != DType.Int64 || !node.Is("n", 1) || node.Argument("append") is not NoneArgument || known.AsAffine(from.Rank) is not { } affine)
            return null;
        if (node.Tensor("prepend") is { } before)
        {
            var shape = values.TypeOf(before).Shape;
            if (!shape[axis].Equals(1) || values.Of(before)?.AsAffine(from.Rank) is not { } first || !Continues(first, 1, affine, axis))
                return null;
        }

        return IndexValue.Of(affine.Steps[axis], Enumerable.Repeat((Dim)0, type.Rank), type.Shape);
    }

    /// <summary>Pieces of one affine value, one after the other, are that value; pieces of one number are that number.</summary>
    private static IndexValue? Joined(Node node, IndexValues values)
    {
        var type = node.OutputTypes[0];
        var pieces = ((TensorListArgument)node.Argument("tensors")).Items;
        var known = pieces.Select(piece => piece is { } value ? values.Of(value) : null).ToArray();
        int axis = node.Axis("dim", type.Rank);
        if (known.All(piece => piece is IndexValue.Everywhere && piece.Equals(known[0])))
            return known[0];
        if (type.DType != DType.Int64 || pieces.Any(piece => values.TypeOf(piece!.Value).Rank != type.Rank))
            return null;
        var affine = known.Select(piece => piece?.AsAffine(type.Rank)).ToArray();
        // A piece of one element has any step: the others say which.
        int whole = Array.FindIndex(affine, piece => piece is not null && !piece.Steps[axis].Equals(0));
        if (whole < 0)
            return null;
        var step = affine[whole]!.Steps[axis];
        for (int i = 0; i < affine.Length; i++)
        {
            var size = values.TypeOf(pieces[i]!.Value).Shape[axis];
            if (affine[i] is null || !(size.Equals(1) || affine[i]!.Steps[axis].Equals(step)))
                return null;
            affine[i] = affine[i]! with { Steps = affine[i]!.Steps.Select((own, place) => place == axis ? step : own).ToEquatableArray() };
            if (i > 0 && !Continues(affine[i - 1]!, values.TypeOf(pieces[i - 1]!.Value).Shape[axis], affine[i]!, axis))
                return null;
        }

        return IndexValue.Of(affine[0]!.Constant, affine[0]!.Steps, type.Shape);
    }

    // Whether b goes on along an axis where a, of a size, ends.
    private static bool Continues(IndexValue.Affine a, Dim size, IndexValue.Affine b, int axis) =>
        (a.Constant + (b.Steps[axis] * size)).Equals(b.Constant)
        && a.Steps.Zip(b.Steps).Select((pair, i) => i == axis || pair.First.Equals(pair.Second)).All(same => same);
}
