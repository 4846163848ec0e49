namespace Evergraph.Samples.Qwen3;

/// <summary>down(silu(gate(x)) · up(x)), split by the features inside.</summary>
internal sealed class Qwen3Mlp : Module
{
    private readonly ColumnParallelLinear _gate;
    private readonly ColumnParallelLinear _up;
    private readonly RowParallelLinear _down;

    public Qwen3Mlp(Qwen3Weights weights, string path, int tensorParallel)
    {
        _gate = Add("gate_proj", new ColumnParallelLinear(weights[$"{path}.gate_proj.weight"], null, tensorParallel));
        _up = Add("up_proj", new ColumnParallelLinear(weights[$"{path}.up_proj.weight"], null, tensorParallel));
        _down = Add("down_proj", new RowParallelLinear(weights[$"{path}.down_proj.weight"], null, tensorParallel));
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = Enter();
        return _down.Forward(Aten.MulTensor.Invoke(Aten.Silu.Invoke(_gate.Forward(x)), _up.Forward(x)));
    }
}
