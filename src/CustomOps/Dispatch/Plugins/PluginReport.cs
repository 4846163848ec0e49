namespace Evergraph.CustomOps.Dispatch;

/// <summary>What loading a plugin gave.</summary>
/// <param name="Name">The plugin's own name, or its file where it could not be loaded.</param>
/// <param name="Source">The assembly or the file it came from.</param>
/// <param name="Registered">How many implementations it brought.</param>
/// <param name="Faults">What it could not do; the rest of it works.</param>
public sealed record PluginReport(string Name, string Source, int Registered, IReadOnlyList<PluginFault> Faults);
