namespace Evergraph.Generators;

/// <summary>A class with methods bound to operators.</summary>
/// <param name="Namespace">Its namespace, or empty.</param>
/// <param name="Name">Its name, as errors show it.</param>
/// <param name="Openings">How it and the types around it are opened, outermost first: <c>partial class Linear</c>.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Taken">The names of its members.</param>
/// <param name="HasEnter">Whether code in it begins with <c>Enter()</c>, as in a <c>Layers.Module</c>.</param>
internal sealed record LayerClass(
    string Namespace, string Name, EquatableArray<string> Openings, string HintName, EquatableArray<string> Taken, bool HasEnter);
