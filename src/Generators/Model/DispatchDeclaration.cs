namespace Evergraph.Generators;

/// <summary>A method with <c>[DispatchMethod]</c> as its author wrote it, before the operator is known.</summary>
/// <param name="Layer">Its class.</param>
/// <param name="Operator">The operator's name.</param>
/// <param name="OperatorPlace">Where that stands.</param>
/// <param name="Name">The method's name.</param>
/// <param name="Modifiers">What stands before the return type.</param>
/// <param name="Return">What it returns.</param>
/// <param name="ReturnShape">The same for a comparison: tuple elements without their names.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Members">The properties and fields of the layer.</param>
/// <param name="Place">Where its name stands.</param>
internal sealed record DispatchDeclaration(
    LayerClass Layer,
    string Operator,
    LocationInfo OperatorPlace,
    string Name,
    string Modifiers,
    TypedName Return,
    string ReturnShape,
    EquatableArray<TypedName> Parameters,
    EquatableArray<TypedName> Members,
    LocationInfo Place);

/// <summary>What reading a <c>[DispatchMethod]</c> gave: an error, or a declaration, never both.</summary>
internal sealed record DispatchReading(DispatchDeclaration? Declaration, DiagnosticInfo? Diagnostic);

/// <summary>A parameter, a member or a result.</summary>
/// <param name="Name">Its name; empty for a result.</param>
/// <param name="Prefix">What stands before the type in a parameter list, such as <c>params </c>.</param>
/// <param name="Full">The type from anywhere.</param>
/// <param name="Short">The type as errors show it, with <c>ref</c>.</param>
/// <param name="IsReference">Whether it is passed or returned by reference.</param>
/// <param name="IsUnknown">Whether the type does not exist.</param>
/// <param name="Place">Where it stands, or null for a member, which can be another file's.</param>
internal sealed record TypedName(
    string Name, string Prefix, string Full, string Short, bool IsReference, bool IsUnknown, LocationInfo? Place);
