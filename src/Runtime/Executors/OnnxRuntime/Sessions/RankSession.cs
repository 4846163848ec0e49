using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Lowering;
using Evergraph.Runtime.OnnxRuntime.Model;
using Evergraph.Runtime.OnnxRuntime.Native;
using Microsoft.Extensions.Logging;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>One rank's session, with its parts of the parameters, and frames at rest for runs. Thread-safe.</summary>
internal sealed class RankSession : IDisposable
{
    private readonly TensorGraph _graph;
    private readonly Session _session;
    private readonly OutputRoles _roles;
    private readonly OutputSizes _sizes;
    private readonly Tensor[] _buffers;
    private readonly Stack<RunFrame> _frames = [];
    private readonly Lock _mutation = new();

    public RankSession(TensorGraph graph, LoadContext context, int rank, OutputRoles roles)
    {
        _graph = graph;
        _roles = roles;
        _sizes = new(graph, context.Symbols);
        var parameters = new RankParameters(graph, roles, rank);
        _buffers = parameters.Buffers;
        var lowered = GraphLowering.Lower(graph, parameters.Weights, context.Options.OnnxRuntime.Lowerings ?? LoweringTable.Default, context.Dispatcher);
        Nodes = lowered.Nodes;
        // A node that runs as C# code must be able to under the policy in force now.
        MissingKernelException.ThrowIfAny(
            OnnxRuntimeBackend.BackendName,
            lowered.Nodes.Where(node => node.IsCustom).Select(node => (node.Node, node.Resolution!)));
        var log = new SessionLog(context.Logger);
        try
        {
            using var options = SessionOptionsBuilder.Build(context.Options.OnnxRuntime, context.Ranks, log);
            var operators = new CustomOperatorSet(OrtLibrary.Instance.Api, lowered.CustomOperators, context.Dispatcher)
            {
                Source = index => graph.Nodes[index].Source,
                Branches = index => graph.Nodes[index].Operator.Has(OperatorTraits.MaybeOverlap) ? context.Statistics.CounterOf(index, graph.Nodes[index]) : null,
            };
            _session = new(new LoweredGraphModel(lowered), options, operators, log);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>What became of each node.</summary>
    public LoweredNode[] Nodes { get; }

    /// <summary>Runs the graph on this thread.</summary>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols)
    {
        if (_buffers.Length == 0)
            return RunOnce(inputs, symbols);
        lock (_mutation)
            return RunOnce(inputs, symbols);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private Tensor[] RunOnce(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<long> symbols)
    {
        // Inside a kernel that runs a graph of its own, new tensors are not that kernel's results.
        var outer = TensorAllocator.Exchange(null);
        var frame = Rent();
        Tensor[] outputs;
        try
        {
            outputs = frame.Run(_session, inputs, _buffers, symbols);
        }
        catch (OnnxRuntimeException exception) when (KernelFailure.Take() is { } failure)
        {
            throw KernelFault(failure.Node, failure.Exception) ?? (Exception)exception;
        }
        finally
        {
            Return(frame);
            TensorAllocator.Exchange(outer);
        }

        return Deliver(outputs, inputs);
    }

    /// <summary>The error of a node whose C# implementation threw; errors of a group are the ranks' own, and of sizes the call's.</summary>
    private Exception? KernelFault(int index, Exception cause)
    {
        if (index < 0)
            return null;
        var node = _graph.Nodes[index];
        return cause switch
        {
            CallFault { InnerException: { } inner } fault => new KernelException(node, fault.Message, inner),
            CallFault fault => new KernelException(node, fault.Message),
            ShapeException => cause,
            EvergraphException when node.Operator.Has(OperatorTraits.Collective) => cause,
            _ => new KernelException(node, $"its call failed: {cause.GetType().Name}: {cause.Message}", cause),
        };
    }

    /// <summary>Returns results, and overwrites buffers and inputs: all outputs are computed by now, so two buffers may swap.</summary>
    private Tensor[] Deliver(Tensor[] outputs, ReadOnlySpan<Tensor> inputs)
    {
        if (_roles.ResultCount == outputs.Length)
            return outputs;
        var results = new Tensor[_roles.ResultCount];
        int count = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            switch (_roles.Kinds[i])
            {
                case GraphOutputKind.Result:
                    results[count++] = outputs[i];
                    break;
                case GraphOutputKind.BufferMutation:
                    _buffers[Array.IndexOf(_roles.Buffers, _roles.Targets[i])] = outputs[i];
                    break;
                case GraphOutputKind.InputMutation:
                    outputs[i].ReadOnlyBytes().CopyTo(inputs[_roles.Targets[i]].Bytes());
                    break;
            }
        }

        return results;
    }

    private RunFrame Rent()
    {
        lock (_frames)
        {
            if (_frames.TryPop(out var frame))
                return frame;
        }

        return new(_graph, _sizes, _buffers.Length);
    }

    private void Return(RunFrame frame)
    {
        lock (_frames)
        {
            if (_frames.Count < Environment.ProcessorCount)
                _frames.Push(frame);
        }
    }
}
