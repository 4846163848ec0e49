using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A prepared graph with the state of each rank.</summary>
internal sealed class ReferenceExecutable : IProfiledExecutable
{
    private readonly PreparedGraph _prepared;
    private readonly Lazy<RankState>[] _ranks;
    private readonly (Value Value, bool IsOwn)[] _results;
    private readonly (Value Value, int Parameter)[] _bufferWrites;
    private readonly (Value Value, int Input)[] _inputWrites;

    public ReferenceExecutable(PreparedGraph prepared)
    {
        _prepared = prepared;
        _ranks = new Lazy<RankState>[prepared.Context.Ranks];
        for (int i = 0; i < _ranks.Length; i++)
        {
            int rank = i;
            _ranks[i] = new(() => new(prepared, rank));
        }

        var graph = prepared.Graph;
        var parameters = graph.Parameters.Select(parameter => parameter.Name).ToList();
        var inputs = graph.Inputs.Select(input => input.Name).ToList();
        _bufferWrites = [.. graph.Outputs.Where(output => output.Kind == GraphOutputKind.BufferMutation).Select(output => (output.Value, parameters.IndexOf(output.Target)))];
        _inputWrites = [.. graph.Outputs.Where(output => output.Kind == GraphOutputKind.InputMutation).Select(output => (output.Value, inputs.IndexOf(output.Target)))];
        _results = ResultsOf(prepared);
    }

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group)
    {
        var state = _ranks[group?.Rank ?? 0].Value;
        if (_bufferWrites.Length == 0)
            return RunOnce(state, inputs, symbols);
        lock (state.Mutation)
            return RunOnce(state, inputs, symbols);
    }

    /// <inheritdoc/>
    public RunProfile Profile(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols, IProcessGroup? group)
    {
        var state = _ranks[group?.Rank ?? 0].Value;
        var times = new NodeTimes(_prepared.Graph);
        lock (state.Mutation)
        {
            var frame = state.Rent();
            frame.Run(inputs, state.Parameters, symbols, times);
            Write(frame, inputs, state.Parameters);
            frame.Release();
            var profile = new RunProfile(_prepared.Graph, times.Steps(frame.ValueOf))
            {
                Symbols = [.. _prepared.Context.Symbols.Symbols.Select(symbol => (symbol.Name, frame.ValueOf(symbol)))],
                PeakBytes = frame.PeakBytes,
            };
            state.Return(frame);
            return profile;
        }
    }

    private Tensor[] RunOnce(RankState state, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols)
    {
        // A frame whose run threw is not given back: what its kernels left behind is not known.
        var frame = state.Rent();
        frame.Run(inputs, state.Parameters, symbols);
        var results = TakeResults(frame);
        Write(frame, inputs, state.Parameters);
        frame.Release();
        _prepared.Context.Statistics.CountBytes(frame.PlannedBytes, frame.PeakBytes);
        state.Return(frame);
        return results;
    }

    /// <summary>
    /// The results, and whether the tensor can be handed out as it is. The caller owns what it gets, so it is neither the
    /// model's memory, nor an input's, nor a buffer's of the next run, nor that of another result.
    /// </summary>
    private static (Value Value, bool IsOwn)[] ResultsOf(PreparedGraph prepared)
    {
        var taken = prepared.Graph.Outputs.Where(output => output.Kind == GraphOutputKind.BufferMutation).Select(output => output.Value).ToHashSet();
        return [.. prepared.Graph.Outputs
            .Where(output => output.Kind == GraphOutputKind.Result)
            .Select(output => (output.Value, taken.Add(output.Value) && output.Value.Id >= prepared.FirstResult))];
    }

    private Tensor[] TakeResults(Frame frame)
    {
        var results = new Tensor[_results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            var (value, isOwn) = _results[i];
            results[i] = isOwn ? frame[value] : frame[value].Clone();
        }

        return results;
    }

    /// <summary>Overwrites buffers and inputs. All sources are read before anything is written: two buffers may swap.</summary>
    private void Write(Frame frame, ReadOnlySpan<Tensor> inputs, Tensor[] parameters)
    {
        if (_bufferWrites.Length + _inputWrites.Length == 0)
            return;
        var buffers = new Tensor[_bufferWrites.Length];
        for (int i = 0; i < buffers.Length; i++)
        {
            var value = _bufferWrites[i].Value;
            // The caller may write its own tensors later; every other value is written by nobody.
            buffers[i] = _prepared.Graph.InputOf(value) is null ? frame[value] : frame[value].Clone();
        }

        var written = new Tensor[_inputWrites.Length];
        for (int i = 0; i < written.Length; i++)
        {
            var value = _inputWrites[i].Value;
            written[i] = _prepared.Graph.InputOf(value) is null ? frame[value] : frame[value].Clone();
        }

        for (int i = 0; i < buffers.Length; i++)
            parameters[_bufferWrites[i].Parameter] = buffers[i];
        for (int i = 0; i < written.Length; i++)
            written[i].ReadOnlyBytes().CopyTo(inputs[_inputWrites[i].Input].Bytes());
    }
}
