namespace Evergraph.CustomOps.Dispatch;

/// <summary>Takes the implementations of one plugin, each on its own.</summary>
public sealed class PluginRegistration
{
    private readonly List<Implementation> _implementations = [];
    private readonly List<PluginFault> _faults = [];

    /// <summary>What could be made.</summary>
    internal IReadOnlyList<Implementation> Implementations => _implementations;

    /// <summary>What could not.</summary>
    internal IReadOnlyList<PluginFault> Faults => _faults;

    /// <summary>Adds an implementation.</summary>
    /// <param name="operatorName">The operator's full name, for the report where it cannot be made.</param>
    /// <param name="id">Its id, for the same.</param>
    /// <param name="create">Makes it. What this throws, such as for a function that a native library lacks, is reported.</param>
    public void Add(string operatorName, string id, Func<Implementation> create)
    {
        try
        {
            Add(create());
        }
#pragma warning disable CA1031 // Whatever keeps one implementation from being made is reported, and the others stay.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _faults.Add(new($"{operatorName} {id}", exception));
        }
    }

    /// <summary>Adds an implementation that is there already.</summary>
    public void Add(Implementation implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        _implementations.Add(implementation);
    }
}

/// <summary>What a plugin could not do.</summary>
/// <param name="What">The plugin's file or type, or one of its implementations.</param>
/// <param name="Exception">Why.</param>
public sealed record PluginFault(string What, Exception Exception);
