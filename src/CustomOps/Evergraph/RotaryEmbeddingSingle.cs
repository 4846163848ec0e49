namespace Evergraph.CustomOps;

/// <summary>Rotary position embedding of one tensor; see <see cref="RotaryEmbedding"/>.</summary>
[CustomOp("evergraph::rotary_embedding.single(Tensor x, Tensor cos, Tensor sin, Tensor? position_ids=None, bool interleaved=False) -> Tensor")]
public static partial class RotaryEmbeddingSingle
{
    /// <summary>As x [..., tokens, heads, head size]; cos, sin and position_ids as <see cref="RotaryEmbedding"/> has them.</summary>
    public static TensorType Fake(TensorType x, TensorType cos, TensorType sin, TensorType? position_ids, bool interleaved)
    {
        RotaryShapes.Check(x, cos, sin, position_ids, "x");
        return x;
    }

    /// <summary>The rotated x; the 16-bit types are rounded once.</summary>
    /// <exception cref="EvergraphException">A position is not a row of cos.</exception>
    [Kernel(Backend.Reference)]
    public static Tensor Real(Tensor x, Tensor cos, Tensor sin, Tensor? position_ids, bool interleaved) =>
        RotaryRotation.Run(x, cos, sin, RotaryRotation.Positions(x.Sizes[..^2], cos.Sizes[0], position_ids), interleaved);

    /// <summary>Every axis but the features can be cut; see <see cref="RotaryEmbedding"/> for the tokens'.</summary>
    public static AxisSplit? SplitAxis(AxisQuery query) =>
        query.Operand == 0 && query.Axis != query.Type.Rank - 1 ? RotaryShapes.Split(query, turned: 1) : null;

    /// <summary>Draws a legal call.</summary>
    public static OperatorSample Sample(SampleBuilder s)
    {
        var dtype = s.Floating();
        var leading = s.Sizes(s.Next(0, 1));
        Dim tokens = s.Size(), angles = s.Size(0, 3), extra = s.Size(0, 2);
        var angleType = dtype.Size() == 2 && s.Coin() ? DType.Float32 : dtype;
        bool numbered = s.Coin();
        Dim positions = numbered ? extra + 1 : tokens + extra;
        var ids = numbered ? s.Indices(s.Repeatable([.. leading, tokens]), positions, dtype: s.Pick(DType.Int64, DType.Int32)) : null;
        return s.Call(
            s.Tensor(dtype, [.. leading, tokens, s.Size(), (2 * angles) + s.Pick<Dim>(0, 1)]),
            s.Tensor(angleType, [positions, angles]),
            s.Tensor(angleType, [positions, angles]),
            ids,
            s.Coin());
    }
}
