using System.Collections.Concurrent;
using System.Reflection;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Finds plugins in files and assemblies and lets them register. Whatever goes wrong in one is reported and touches nothing
/// else.
/// </summary>
internal sealed class PluginLoader(Dispatcher dispatcher)
{
    private static readonly Assembly House = typeof(PluginLoader).Assembly;

    private readonly ConcurrentDictionary<Assembly, bool> _seen = new();
    private readonly ConcurrentQueue<Assembly> _waiting = new();
    private readonly Lock _gate = new();

    // The files and variables whose plugins are loaded.
    private volatile PolicyFiles? _configured;
    private volatile bool _isLoading;

    /// <summary>Takes the assemblies of a domain, those there are and those to come.</summary>
    /// <remarks>
    /// An assembly is only noted where the runtime tells of it: its code must not run in the middle of a load. It registers
    /// when dispatch is next asked.
    /// </remarks>
    public void Follow(AppDomain domain)
    {
        domain.AssemblyLoad += (_, loaded) => Note(loaded.LoadedAssembly);
        foreach (var assembly in domain.GetAssemblies())
            Note(assembly);
    }

    /// <summary>Whether to decide by a state is too early: something waits, or another thread is loading it.</summary>
    /// <remarks>A plugin that asks dispatch while it registers finds what there is. While dispatch is frozen, all wait.</remarks>
    public bool IsWaiting(DispatchState state) =>
        (!_waiting.IsEmpty || _isLoading || _configured != state.Facts.Files) && state.Facts.Frozen is null && !_gate.IsHeldByCurrentThread;

    /// <summary>Loads what is waiting: noted assemblies, and the plugins that files and variables name and that were not read yet.</summary>
    public void LoadWaiting()
    {
        lock (_gate)
        {
            _isLoading = true;
            try
            {
                var state = dispatcher.State;
                if (_configured != state.Facts.Files)
                {
                    _configured = state.Facts.Files;
                    foreach (string path in PathsOf(state))
                        Load(path);
                }

                while (_waiting.TryDequeue(out var assembly))
                    Load(assembly);
            }
            finally
            {
                _isLoading = false;
            }
        }
    }

    /// <summary>Loads a file and registers its plugins.</summary>
    public void Load(string path)
    {
        using var held = _gate.EnterScope();
        Assembly assembly;
        try
        {
            assembly = Assembly.LoadFrom(Path.GetFullPath(path));
        }
#pragma warning disable CA1031 // A plugin that cannot be loaded is reported and costs nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(Path.GetFileName(path), path, path, exception);
            return;
        }

        if (!HasPlugins(assembly))
        {
            var missing = new EvergraphException("the assembly names no plugin: expected [assembly: OperatorPlugin(typeof(...))], or a method with [Implementation] and a reference to the Evergraph generator");
            Report(Path.GetFileName(path), path, path, missing);
            return;
        }

        Load(assembly);
    }

    /// <summary>Registers the plugins of an assembly, once.</summary>
    public void Load(Assembly assembly)
    {
        using var held = _gate.EnterScope();
        if (!_seen.TryAdd(assembly, true))
            return;
        string source = assembly.GetName().Name ?? assembly.ToString();
        Type[] plugins;
        try
        {
            plugins = [.. assembly.GetCustomAttributes<OperatorPluginAttribute>().Select(attribute => attribute.Plugin)];
        }
#pragma warning disable CA1031 // Attributes that name what is not there are reported and cost nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(source, source, source, exception);
            return;
        }

        foreach (var plugin in plugins)
            Load(plugin, source);
    }

    private void Load(Type type, string source)
    {
        var registration = new PluginRegistration();
        string name = type.FullName ?? type.Name;
        try
        {
            var plugin = Activator.CreateInstance(type) as IOperatorPlugin
                ?? throw new EvergraphException($"{type} is named as a plugin: expected a type that implements IOperatorPlugin and has a public parameterless constructor");
            name = plugin.Name;
            plugin.Register(registration);
        }
#pragma warning disable CA1031 // A plugin that throws is reported; what it added before stays out, everything else works.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            Report(name, source, name, cause);
            return;
        }

        dispatcher.Add(new(name, source, 0, registration.Faults), registration.Implementations);
    }

    /// <summary>Tells of a plugin that brings nothing.</summary>
    private void Report(string name, string source, string what, Exception fault) => dispatcher.Add(new(name, source, 0, [new(what, fault)]), []);

    private void Note(Assembly assembly)
    {
        if (_seen.ContainsKey(assembly) || !HasPlugins(assembly))
            return;
        _waiting.Enqueue(assembly);
        dispatcher.Refresh();
    }

    /// <summary>The plugins that files and variables name.</summary>
    private static EquatableArray<string> PathsOf(DispatchState state)
    {
        try
        {
            return state.PolicyOf(Platform.Cpu, null).Plugins;
        }
        catch (DispatchPolicyException)
        {
            // Whoever decides by them is told; who registers, or reads them anew, must not be stopped by it.
            return [];
        }
    }

    /// <summary>Whether an assembly names plugins, or cannot tell.</summary>
    /// <remarks>Asking for an attribute fails where any other of them is of an assembly that is not there: so only those are asked that can have it.</remarks>
    private static bool HasPlugins(Assembly assembly)
    {
        if (assembly.IsDynamic || (assembly != House && !Array.Exists(assembly.GetReferencedAssemblies(), name => name.Name == House.GetName().Name)))
            return false;
        try
        {
            return assembly.IsDefined(typeof(OperatorPluginAttribute), inherit: false);
        }
#pragma warning disable CA1031 // Loading it fails as well, and reports why.
        catch (Exception)
#pragma warning restore CA1031
        {
            return true;
        }
    }
}
