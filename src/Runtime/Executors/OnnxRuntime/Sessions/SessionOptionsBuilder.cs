using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Evergraph.Runtime.OnnxRuntime.Sessions;

/// <summary>Makes the official API's session options from ours.</summary>
internal static class SessionOptionsBuilder
{
    /// <summary>Options of one rank's session.</summary>
    public static SessionOptions Build(OnnxRuntimeOptions options, int ranks, SessionLog log)
    {
        var built = new SessionOptions
        {
            // A pattern is kept for each set of sizes that ever came: memory would grow with every new token count.
            EnableMemoryPattern = false,
            IntraOpNumThreads = options.Threads ?? Math.Max(1, Environment.ProcessorCount / ranks),
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = SessionLog.SeverityOf(options.LogLevel),
        };
        log.AddTo(built);
        options.Configure?.Invoke(built);
        return built;
    }
}
