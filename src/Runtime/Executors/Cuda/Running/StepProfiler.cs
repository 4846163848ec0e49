using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Marks where steps begin and end on the stream, and reads the times when all is done.</summary>
internal sealed class StepProfiler(CudaDevice device) : IDisposable
{
    private readonly List<(Step Step, CudaEvent Begin, CudaEvent End, long Bytes, long Operations)> _marks = [];

    /// <summary>Marks the beginning of a step.</summary>
    public void Begin(CudaStream stream, Step step, DeviceRun run)
    {
        long bytes = 0;
        foreach (var value in step.Operands.Select(operand => operand.View.Source).Concat(step.Results))
            bytes += run.Plan.BytesOf[value.Id] is >= 0 and var place ? run.Dims[place] : run.Plan.ParameterBytes(value);
        _marks.Add((step, CudaEvent.Create(device, timing: true), CudaEvent.Create(device, timing: true), bytes, run.OperationsOf(step)));
        stream.Record(_marks[^1].Begin);
    }

    /// <summary>Marks the end of the step that began last.</summary>
    public void End(CudaStream stream) => stream.Record(_marks[^1].End);

    /// <summary>The times, after the run was waited for.</summary>
    public IReadOnlyList<StepTiming> Timings() => [.. _marks.Select(mark => new StepTiming(
        mark.Step.Node, mark.Step.Name, CudaEvent.Milliseconds(_marks[0].Begin, mark.Begin) * 1000, CudaEvent.Milliseconds(mark.Begin, mark.End) * 1000, mark.Bytes, mark.Operations))];

    public void Dispose()
    {
        foreach (var (_, begin, end, _, _) in _marks)
        {
            begin.Dispose();
            end.Dispose();
        }
    }
}
