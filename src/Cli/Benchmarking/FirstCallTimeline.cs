using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Evergraph.Runtime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>What a first call consists of: the spans that compiling and running tell, on whatever thread, from its beginning on.</summary>
internal sealed class FirstCallTimeline : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Start, double Duration, int Thread)> _spans = [];
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly ActivityListener _listener;

    /// <summary>Begins.</summary>
    public FirstCallTimeline()
    {
        _listener = new()
        {
            ShouldListenTo = static source => source.Name == Telemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = span => _spans.Enqueue(
                (span.OperationName, (span.StartTimeUtc - _start).TotalMilliseconds, span.Duration.TotalMilliseconds, Environment.CurrentManagedThreadId)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans so far as a table, in the order in which they began.</summary>
    public void Write(Streams streams)
    {
        streams.Output.WriteLine();
        streams.Output.WriteLine("what the first call consists of, in milliseconds from its beginning; spans may lie in each other, or run at the same time on several threads");
        streams.WriteTable(
            ["from", "to", "takes", "thread", "span"],
            [
                .. InOrder.Select(span => (IReadOnlyList<string>)
                    [Number(span.Start), Number(span.Start + span.Duration), Number(span.Duration), span.Thread.ToString(CultureInfo.InvariantCulture), span.Name]),
            ]);
    }

    /// <summary>The same spans.</summary>
    public object ToJson() => InOrder.Select(span => new { span.Name, span.Start, span.Duration, span.Thread });

    /// <summary>Listens no more.</summary>
    public void Dispose() => _listener.Dispose();

    private IEnumerable<(string Name, double Start, double Duration, int Thread)> InOrder => _spans.OrderBy(span => span.Start);

    private static string Number(double milliseconds) => milliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}
