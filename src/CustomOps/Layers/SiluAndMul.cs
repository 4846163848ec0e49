using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Layers;

/// <summary>The gate of a SwiGLU block: silu of the first half of the features times the second half.</summary>
public sealed partial class SiluAndMul : Module
{
    /// <summary>[…, 2·d] to […, d].</summary>
    [DispatchMethod("evergraph::silu_and_mul")]
    public partial Tensor Forward(Tensor x);
}
