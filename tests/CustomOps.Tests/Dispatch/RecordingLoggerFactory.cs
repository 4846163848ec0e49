using Microsoft.Extensions.Logging;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Keeps what is logged: level, event and text, and the values behind the text.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
{
    private readonly Lock _gate = new();

    public List<string> Lines { get; } = [];

    public List<string> Categories { get; } = [];

    public List<Dictionary<string, object?>> Values { get; } = [];

    public ILogger CreateLogger(string categoryName)
    {
        Categories.Add(categoryName);
        return this;
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            Lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
            Values.Add(state is IEnumerable<KeyValuePair<string, object?>> values ? values.ToDictionary(value => value.Key, value => value.Value) : []);
        }
    }
}
