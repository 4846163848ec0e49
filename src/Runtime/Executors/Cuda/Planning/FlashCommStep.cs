using Evergraph.Graph;
using Evergraph.Runtime.Cuda.FlashComm;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A maybe-FlashComm operator on the ranks' devices: which way it goes is decided at each call.</summary>
internal sealed class FlashCommStep : Step, ICommunicationStep
{
    /// <param name="node">The node.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">What it reads.</param>
    /// <param name="weight">One rank's weight.</param>
    /// <param name="bias">The bias of the result's type, or null.</param>
    /// <param name="result">What it fills.</param>
    /// <param name="tokens">Tokens of a batch over all ranks.</param>
    public FlashCommStep(int node, LayerShape layer, LoweredValue x, LoweredValue weight, LoweredValue? bias, LoweredValue result, Dim tokens)
        : base(node, $"{(layer.IsRow ? "row" : "column")}_linear_maybe_flashcomm")
    {
        (Layer, Tokens) = (layer, tokens);
        X = new(x);
        Weight = new(weight);
        Bias = bias is null ? null : new(bias);
        Results = [result];
        Batches = Shape.Create(x.Type.Shape.AsSpan()[..^2]).Elements;
    }

    /// <summary>The layer.</summary>
    public LayerShape Layer { get; }

    /// <summary>Tokens of a batch over all ranks.</summary>
    public Dim Tokens { get; }

    /// <summary>How many batches.</summary>
    public Dim Batches { get; }

    public StepOperand X { get; }

    public StepOperand Weight { get; }

    public StepOperand? Bias { get; }

    /// <summary>A quantised weight's scales.</summary>
    public StepOperand? WeightScale { get; init; }

    /// <summary>Σ over a quantised weight's inputs, int32 [features]; null where the zero-point is 0.</summary>
    public StepOperand? WeightSums { get; init; }

    /// <summary>The scale of quantised x.</summary>
    public double Scale { get; init; }

    /// <summary>The int8 that stands for 0 in x.</summary>
    public int ZeroPoint { get; init; }

    /// <summary>The node's argument: whether overlap is allowed.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>The node's argument: overlap above so many tokens.</summary>
    public required long Threshold { get; init; }

    /// <summary>False for a row operator that leaves each rank its own summand, with the bias on rank 0.</summary>
    public bool Reduces { get; init; } = true;

    public override IReadOnlyList<StepOperand> Operands => [.. new[] { X, Weight, Bias, WeightScale, WeightSums }.OfType<StepOperand>()];

    public override IReadOnlyList<LoweredValue> Results { get; }

    /// <summary>Rows of a rank's part over all batches.</summary>
    public Dim RowsOfPart => Layer.RowsOfPart(Tokens, Batches);

    public override Dim Workspace => Layer.WorkspaceBytes(RowsOfPart);

    /// <inheritdoc/>
    public Dim BufferBytes => Reduces ? Layer.BufferBytes(RowsOfPart) : 0;

    public override Dim Operations => 2 * Batches * Tokens * Layer.Features * Layer.Inputs;
}
