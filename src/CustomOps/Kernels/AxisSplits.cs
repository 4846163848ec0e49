namespace Evergraph.CustomOps.Kernels;

/// <summary>The shapes that most axis rules have, and the arguments that they read.</summary>
public static class AxisSplits
{
    /// <summary>The constant <c>int</c> at a place of the schema.</summary>
    public static long Int(this AxisQuery query, int argument) => ((DimArgument)query.Arguments[argument]).Dim.Value;

    /// <summary>The constant <c>int[]</c> at a place of the schema; none for an absent one.</summary>
    public static long[] Ints(this AxisQuery query, int argument) =>
        query.Arguments[argument] is DimListArgument list ? [.. list.Items.Select(item => item.Value)] : [];

    /// <summary>The <c>SymInt[]</c> at a place of the schema.</summary>
    public static Dim[] Dims(this AxisQuery query, int argument) => [.. ((DimListArgument)query.Arguments[argument]).Items];

    /// <summary>The only operand is cut, and the results along <paramref name="outputAxis"/>.</summary>
    public static AxisSplit Carried(this AxisQuery query, int outputAxis) => new([query.Axis], outputAxis, query.Arguments);

    /// <summary>As <see cref="Carried(AxisQuery, int)"/>, with one argument replaced.</summary>
    public static AxisSplit Carried(this AxisQuery query, int outputAxis, int argument, Argument replacement) =>
        new([query.Axis], outputAxis, query.Arguments.With(argument, replacement));

    /// <summary>The only operand may be cut along any axis but this one, and the results are cut along the same.</summary>
    public static AxisSplit? CarriedExcept(this AxisQuery query, int axis) => query.Axis == axis ? null : query.Carried(query.Axis);

    /// <summary>Every operand that has the whole size along the axis is cut there, and so are the results; all ranks are equal.</summary>
    /// <returns>Null where an operand has another size along the axis.</returns>
    public static AxisSplit? AlikeExcept(this AxisQuery query, int axis)
    {
        if (query.Axis == axis)
            return null;
        var axes = new int[query.OperandTypes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            var shape = query.OperandTypes[i].Shape;
            if (shape.Rank != query.Type.Rank || !shape[query.Axis].Equals(query.Whole))
                return null;
            axes[i] = query.Axis;
        }

        return new(EquatableArray<int>.Own(axes), query.Axis, query.Arguments);
    }

    /// <summary>The arguments with one replaced.</summary>
    public static EquatableArray<Argument> With(this EquatableArray<Argument> arguments, int index, Argument replacement)
    {
        var copy = arguments.AsSpan().ToArray();
        copy[index] = replacement;
        return EquatableArray<Argument>.Own(copy);
    }

    /// <summary>A list of sizes with one replaced; a size that is inferred stays so.</summary>
    public static Argument WithSize(Dim[] sizes, int index, Dim part)
    {
        if (!sizes[index].Equals(-1))
            sizes[index] = part;
        return new DimListArgument(EquatableArray<Dim>.Own(sizes));
    }
}
