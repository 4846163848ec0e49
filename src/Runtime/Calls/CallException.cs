using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A call gives inputs that the graph does not take: their number, element types, ranks, sizes or group.</summary>
/// <param name="message">Which input, what was expected, what was given.</param>
public sealed class CallException(string message) : EvergraphException(message);
