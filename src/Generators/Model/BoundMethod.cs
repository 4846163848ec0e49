namespace Evergraph.Generators;

/// <summary>A layer's method and the operator that it calls: all that the emitter needs.</summary>
/// <param name="Layer">Its class.</param>
/// <param name="Name">The method's name.</param>
/// <param name="Signature">The whole declaration without its end.</param>
/// <param name="ParameterNames">The names that its body sees already.</param>
/// <param name="OperatorClass">The operator's class from anywhere.</param>
/// <param name="Arguments">An expression for each parameter of the schema.</param>
/// <param name="Shape">How it returns.</param>
/// <param name="ResultCount">How many results it has, where they are counted.</param>
/// <param name="File">The name of the author's file.</param>
/// <param name="Line">The line of the author's declaration.</param>
internal sealed record BoundMethod(
    LayerClass Layer,
    string Name,
    string Signature,
    EquatableArray<string> ParameterNames,
    string OperatorClass,
    EquatableArray<string> Arguments,
    ResultShape Shape,
    int ResultCount,
    string File,
    int Line);

/// <summary>What binding a method gave: errors, or a method to emit. Neither where the operator itself has errors.</summary>
internal sealed record BindingResult(BoundMethod? Method, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>The bound methods of one class, which share a generated file.</summary>
internal sealed record BoundLayer(LayerClass Layer, EquatableArray<BoundMethod> Methods);
