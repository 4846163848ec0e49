namespace Evergraph.Graph;

/// <summary>
/// Says how an operator behaves when one of its inputs is cut along an axis into equal parts, one per rank: which axes
/// the other inputs must be cut along, and along which axis the output then is cut.
/// </summary>
/// <returns>Null where the parts of the output are not parts of the whole output.</returns>
public delegate AxisSplit? AxisRule(AxisQuery query);

/// <summary>A question to an <see cref="AxisRule"/>.</summary>
/// <param name="Arguments">The node's arguments.</param>
/// <param name="OperandTypes">The types of its tensor operands before cutting, flattened in argument order.</param>
/// <param name="OutputTypes">The types of its results before cutting.</param>
/// <param name="Operand">Which operand is cut.</param>
/// <param name="Axis">Along which of its axes, from 0.</param>
/// <param name="Part">The size of one part along that axis; the whole size is in the operand's type.</param>
public sealed record AxisQuery(
    EquatableArray<Argument> Arguments,
    EquatableArray<TensorType> OperandTypes,
    EquatableArray<TensorType> OutputTypes,
    int Operand,
    int Axis,
    Dim Part)
{
    /// <summary>The operand that is cut.</summary>
    public TensorType Type => OperandTypes[Operand];

    /// <summary>The whole size along the axis.</summary>
    public Dim Whole => Type.Shape[Axis];
}

/// <summary>The answer of an <see cref="AxisRule"/>.</summary>
/// <param name="OperandAxes">For each operand the axis that it must be cut along, or <see cref="Whole"/> where it stays whole.</param>
/// <param name="OutputAxis">The axis that every result is cut along.</param>
/// <param name="Arguments">The arguments of the node on one part: sizes that name the whole axis name the part instead.</param>
public sealed record AxisSplit(EquatableArray<int> OperandAxes, int OutputAxis, EquatableArray<Argument> Arguments)
{
    /// <summary>The mark of an operand that stays whole.</summary>
    public const int Whole = -1;
}
