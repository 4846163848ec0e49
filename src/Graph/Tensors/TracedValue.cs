namespace Evergraph.Graph;

/// <summary>One value of the graph that a <see cref="Tracer"/> is recording.</summary>
public sealed record TracedValue(Tracer Tracer, Value Value, TensorType Type);
