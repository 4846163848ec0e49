using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>
/// What one run needs while it lasts, kept for the next: inputs and outputs stay where they are in memory and are described to ONNX Runtime by
/// address, so that nothing is copied. Used by one run at a time.
/// </summary>
internal sealed class RunFrame
{
    private readonly OutputSizes _sizes;
    private readonly PinnedStorage[] _pins;
    private readonly nint[] _inputs;
    private readonly nint[] _outputs;

    public RunFrame(TensorGraph graph, OutputSizes sizes, int buffers)
    {
        _sizes = sizes;
        _inputs = new nint[graph.Inputs.Length + buffers];
        _outputs = new nint[graph.Outputs.Length];
        _pins = new PinnedStorage[_inputs.Length + _outputs.Length];
    }

    /// <summary>Runs a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="inputs">The inputs of the call.</param>
    /// <param name="buffers">The parameters that runs overwrite, as they are now.</param>
    /// <param name="symbols">The values of symbols that are known at the call.</param>
    /// <returns>All outputs, in memory of their own.</returns>
    public Tensor[] Run(Session session, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> buffers, ReadOnlySpan<long> symbols)
    {
        var results = new Tensor[_outputs.Length];
        try
        {
            for (int i = 0; i < _inputs.Length; i++)
            {
                var tensor = i < inputs.Length ? inputs[i] : buffers[i - inputs.Length];
                _pins[i] = tensor.Storage.Pin();
                _inputs[i] = Values.Over(tensor, _pins[i]);
            }

            for (int i = 0; i < results.Length; i++)
            {
                if (_sizes.Allocate(i, symbols) is not { } tensor)
                    continue;
                results[i] = tensor;
                _pins[_inputs.Length + i] = tensor.Storage.Pin();
                _outputs[i] = Values.Over(tensor, _pins[_inputs.Length + i]);
            }

            session.Run(_inputs, _outputs);
            for (int i = 0; i < results.Length; i++)
                results[i] ??= Values.Copy(_outputs[i], _sizes.Types[i].DType);
            return results;
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        foreach (nint value in _inputs)
            Values.Release(value);
        foreach (nint value in _outputs)
            Values.Release(value);
        Array.Clear(_inputs);
        Array.Clear(_outputs);
        for (int i = 0; i < _pins.Length; i++)
        {
            _pins[i].Dispose();
            _pins[i] = default;
        }
    }
}
