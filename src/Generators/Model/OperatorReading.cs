namespace Evergraph.Generators;

/// <summary>What reading a <c>[CustomOp]</c> class gave: errors, or a model to emit, never both.</summary>
/// <param name="Name">Its name, or null where the schema does not parse.</param>
/// <param name="Model">The model, or null where there are errors.</param>
/// <param name="Diagnostics">The errors.</param>
internal sealed record OperatorReading(OperatorName? Name, OperatorModel? Model, EquatableArray<DiagnosticInfo> Diagnostics);
