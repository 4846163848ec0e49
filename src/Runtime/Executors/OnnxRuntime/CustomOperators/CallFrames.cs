using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>Frames at rest for the calls of one plan. Thread-safe: sessions run on several threads at once.</summary>
internal sealed class CallFrames(CustomKernel kernel, CallPlan plan)
{
    private readonly Stack<CallFrame> _frames = [];
    private CallFrame? _spare;

    /// <summary>The types that the plan is made for.</summary>
    public TensorType[] Inputs => plan.Inputs;

    /// <summary>Runs the operator, unless the inputs are not as planned.</summary>
    /// <returns>Whether they were.</returns>
    public bool TryRun(nint context)
    {
        // A frame whose call threw is not kept: what it holds is not known.
        var frame = Rent();
        bool fits = frame.TryRun(context);
        Return(frame);
        return fits;
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

        return new(kernel, plan);
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
