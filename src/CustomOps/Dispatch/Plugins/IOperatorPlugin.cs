namespace Evergraph.CustomOps.Dispatch;

/// <summary>Registers the implementations of an assembly; named by <see cref="OperatorPluginAttribute"/>.</summary>
public interface IOperatorPlugin
{
    /// <summary>What messages call it.</summary>
    string Name { get; }

    /// <summary>Adds the implementations. One that cannot be made is reported and does not keep the others out.</summary>
    void Register(PluginRegistration registration);
}
