using Evergraph.Graph;

namespace Evergraph.Generators;

/// <summary>All that the emitter needs of one <c>[Implementation]</c>. It has no places, so moving the method re-emits nothing.</summary>
/// <param name="Schema">The operator's schema.</param>
/// <param name="Id">The name among the operator's implementations.</param>
/// <param name="Class">The method's class from anywhere.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Layer">The type of its parameter <c>layer</c> from anywhere and without <c>?</c>, or null where it has none.</param>
/// <param name="Properties">What the attribute says beyond the id, as initialisers of an <c>Implementation</c>.</param>
internal sealed record ImplementationModel(
    OperatorSchema Schema, string Id, string Class, string Method, string? Layer, EquatableArray<string> Properties);
