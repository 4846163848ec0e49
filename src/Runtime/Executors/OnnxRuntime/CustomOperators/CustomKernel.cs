using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.CustomOps.Kernels;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>One node's kernel: its plan, and frames at rest for calls. Thread-safe: sessions run on several threads at once.</summary>
internal sealed class CustomKernel
{
    private readonly Stack<CallFrame> _frames = [];
    private CallFrame? _spare;

    public CustomKernel(CallPlan plan, DispatchSite site, PreparedOperands prepared, int node, string name, BranchRecorder? branches)
    {
        Prepared = prepared;
        Plan = plan;
        Site = site;
        Node = node;
        Name = name;
        Branches = branches;
    }

    /// <summary>The call, worked out.</summary>
    public CallPlan Plan { get; }

    /// <summary>Where the implementation to run is found.</summary>
    public DispatchSite Site { get; }

    /// <summary>What implementations keep of the node's constant operands.</summary>
    public PreparedOperands Prepared { get; }

    /// <summary>The node's number in the compiled graph, or −1.</summary>
    public int Node { get; }

    /// <summary>The operator and the node, for errors.</summary>
    public string Name { get; }

    /// <summary>Where branches are counted, or null.</summary>
    public BranchRecorder? Branches { get; }

    /// <summary>Runs the operator in a call of ONNX Runtime.</summary>
    public void Compute(nint context)
    {
        // A frame whose call threw is not kept: what it holds is not known.
        var frame = Rent();
        frame.Run(context);
        Return(frame);
    }

    private CallFrame Rent()
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
            return spare;
        lock (_frames)
        {
            if (_frames.TryPop(out var frame))
                return frame;
        }

        return new(this);
    }

    private void Return(CallFrame frame)
    {
        if (Interlocked.CompareExchange(ref _spare, frame, null) is null)
            return;
        lock (_frames)
        {
            if (_frames.Count < Environment.ProcessorCount)
                _frames.Push(frame);
        }
    }
}
