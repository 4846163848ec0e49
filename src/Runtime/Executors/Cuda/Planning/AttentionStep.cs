using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>Attention by kernels of our own. Operands are [batch, tokens, heads, features], read by strides from where they lie.</summary>
internal sealed class AttentionStep : Step
{
    private readonly bool _isCausal;
    private readonly Lazy<AttentionPlan> _plan;

    /// <param name="node">The node.</param>
    /// <param name="queries">[batch, queries, heads, E].</param>
    /// <param name="keys">[batch, keys, key heads, E].</param>
    /// <param name="values">[batch, keys, key heads, V].</param>
    /// <param name="mask">[batch, heads, queries, keys], or null.</param>
    /// <param name="result">What is filled.</param>
    /// <param name="isHeadsOuter">Whether the result is [batch, heads, queries, V] and not [batch, queries, heads, V].</param>
    /// <param name="signature">What the graph says.</param>
    /// <param name="plan">Chooses the kernels, which depends on the device.</param>
    public AttentionStep(
        int node, LoweredValue queries, LoweredValue keys, LoweredValue values, LoweredValue? mask, LoweredValue result, bool isHeadsOuter,
        AttentionSignature signature, Func<AttentionPlan> plan)
        : base(node, "attention")
    {
        (Queries, Keys, Values) = (Operand(queries), Operand(keys), Operand(values));
        Mask = mask is null ? null : new(mask, _ => true);
        Operands = Mask is null ? [Queries, Keys, Values] : [Queries, Keys, Values, Mask];
        Results = [result];
        IsHeadsOuter = isHeadsOuter;
        _isCausal = signature.Causal;
        _plan = new(plan);
    }

    public override IReadOnlyList<StepOperand> Operands { get; }

    public override IReadOnlyList<LoweredValue> Results { get; }

    public override Dim Workspace => Plan.MostWorkspaceBytes;

    /// <summary>Two products; of a causal one half of the keys.</summary>
    public override Dim Operations => Dim.FloorDiv(
        2 * Results[0].Type.Shape.Elements * Keys.Value.Type.Shape[1] + (2 * Queries.Value.Type.Shape.Elements * Keys.Value.Type.Shape[1]), _isCausal ? 2 : 1);

    public StepOperand Queries { get; }

    public StepOperand Keys { get; }

    public StepOperand Values { get; }

    public StepOperand? Mask { get; }

    public bool IsHeadsOuter { get; }

    /// <summary>The kernels.</summary>
    public AttentionPlan Plan => _plan.Value;

    /// <summary>A head's features lie side by side.</summary>
    private static StepOperand Operand(LoweredValue value) => new(value, strides => value.Type.Shape[3].Equals(1) || strides[3].Equals(1));
}
