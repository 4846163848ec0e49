namespace Evergraph.Samples.Qwen3;

/// <summary>The angles that positions rotate the features of a head by: position · theta^(−2i/size) for feature pair i.</summary>
internal sealed class RotaryEmbedding : Module
{
    private readonly Parameter _frequencies;

    /// <summary>Creates the table.</summary>
    /// <param name="config">Head size and theta.</param>
    /// <param name="frequencies">The model's own frequencies, float32 [size / 2], or null to compute them.</param>
    public RotaryEmbedding(Qwen3Config config, Tensor? frequencies)
    {
        if (frequencies is null)
        {
            frequencies = Tensor.Empty(DType.Float32, config.HeadSize / 2);
            var values = frequencies.Span<float>();
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize);
        }

        _frequencies = Add(new Parameter("inv_freq", frequencies));
    }

    /// <summary>The rotation of positions 0 … tokens − 1.</summary>
    public Rotation Forward(Dim tokens)
    {
        using var scope = Enter();
        var positions = Aten.Unsqueeze.Invoke(Aten.Arange.Invoke(tokens, dtype: DType.Float32), 1);
        var half = Aten.MulTensor.Invoke(positions, _frequencies.Value);
        var angles = Aten.Cat.Invoke([half, half], 1);
        return new(Aten.Cos.Invoke(angles), Aten.Sin.Invoke(angles));
    }
}

/// <summary>Cosine and sine of each position's angles, [tokens, size].</summary>
internal sealed record Rotation(Tensor Cosine, Tensor Sine)
{
    /// <summary>Rotates [batch, heads, tokens, size]: x·cos + (−x₂, x₁)·sin, where x₁ and x₂ are the halves of a head.</summary>
    public Tensor Apply(Tensor x)
    {
        var size = x.Shape[3];
        var first = Aten.SliceTensor.Invoke(x, 3, 0, size / 2);
        var second = Aten.SliceTensor.Invoke(x, 3, size / 2, size);
        var turned = Aten.Cat.Invoke([Aten.Neg.Invoke(second), first], 3);
        return Aten.AddTensor.Invoke(Aten.MulTensor.Invoke(x, Cosine), Aten.MulTensor.Invoke(turned, Sine));
    }
}
