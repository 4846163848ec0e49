namespace Evergraph.Generators;

/// <summary>What reading one <c>[Implementation]</c> gave: errors, or a model to emit, never both.</summary>
/// <param name="Name">Its operator and id, or null where either is not known.</param>
/// <param name="Model">The model, or null where there are errors.</param>
/// <param name="Diagnostics">The errors.</param>
internal sealed record ImplementationReading(ImplementationName? Name, ImplementationModel? Model, EquatableArray<DiagnosticInfo> Diagnostics);
