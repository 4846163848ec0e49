using System.Collections.Concurrent;
using System.Reflection;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Finds plugins in files and assemblies and lets them register. Whatever goes wrong in one is reported and touches nothing
/// else.
/// </summary>
internal sealed class PluginLoader(Dispatcher dispatcher)
{
    private readonly ConcurrentDictionary<Assembly, bool> _seen = new();
    private readonly ConcurrentQueue<Assembly> _waiting = new();

    // One thread loads, and the others wait until it is done. A plugin that calls an operator while it registers does not wait for itself.
    private readonly Lock _gate = new();
    private volatile bool _isLoading;
    private int _readsConfiguration;

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

    /// <summary>Has the plugins that file and environment name loaded when dispatch is next asked.</summary>
    public void ReadConfiguration() => Volatile.Write(ref _readsConfiguration, 1);

    /// <summary>Loads what is waiting: noted assemblies, and the plugins of a configuration not read yet.</summary>
    /// <remarks>
    /// After it nothing is half loaded: of threads whose first calls come at the same time, as those of ranks do, each must find the
    /// same implementations.
    /// </remarks>
    public void LoadWaiting()
    {
        // In this order: what is taken out below is taken out under _isLoading.
        if (_waiting.IsEmpty && Volatile.Read(ref _readsConfiguration) == 0 && !_isLoading)
            return;

        // What comes while choices are frozen waits until they are not.
        if (dispatcher.Frozen is not null)
            return;
        OneAtATime(() =>
        {
            if (Interlocked.Exchange(ref _readsConfiguration, 0) == 1)
            {
                foreach (string path in dispatcher.State.PolicyOf(Platform.Cpu, null).Plugins)
                    LoadFile(path);
            }

            while (_waiting.TryDequeue(out var assembly))
                LoadOnce(assembly);
        });
    }

    /// <summary>Loads a file and registers its plugins.</summary>
    public void Load(string path) => OneAtATime(() => LoadFile(path));

    /// <summary>Registers the plugins of an assembly, once.</summary>
    public void Load(Assembly assembly) => OneAtATime(() => LoadOnce(assembly));

    private void OneAtATime(Action load)
    {
        lock (_gate)
        {
            bool isOutermost = !_isLoading;
            _isLoading = true;
            try
            {
                load();
            }
            finally
            {
                if (isOutermost)
                    _isLoading = false;
            }
        }
    }

    private void LoadFile(string path)
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.LoadFrom(Path.GetFullPath(path));
        }
#pragma warning disable CA1031 // A plugin that cannot be loaded is reported and costs nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            dispatcher.Add(new(Path.GetFileName(path), path, 0, [new(path, exception)]), []);
            return;
        }

        if (!HasPlugins(assembly))
        {
            var missing = new EvergraphException("the assembly names no plugin: expected [assembly: OperatorPlugin(typeof(...))], or a method with [Implementation] and a reference to the Evergraph generator");
            dispatcher.Add(new(Path.GetFileName(path), path, 0, [new(path, missing)]), []);
        }

        LoadOnce(assembly);
    }

    private void LoadOnce(Assembly assembly)
    {
        if (!_seen.TryAdd(assembly, true))
            return;
        string source = assembly.GetName().Name ?? assembly.ToString();
        foreach (var attribute in assembly.GetCustomAttributes<OperatorPluginAttribute>())
            Register(attribute.Plugin, source);
    }

    private void Register(Type type, string source)
    {
        var registration = new PluginRegistration();
        string name = type.FullName ?? type.Name;
        var faults = new List<PluginFault>();
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
            dispatcher.Add(new(name, source, 0, [new(name, cause)]), []);
            return;
        }

        faults.AddRange(registration.Faults);
        dispatcher.Add(new(name, source, 0, faults), registration.Implementations);
    }

    private void Note(Assembly assembly)
    {
        if (_seen.ContainsKey(assembly) || !HasPlugins(assembly))
            return;
        _waiting.Enqueue(assembly);
        dispatcher.Refresh();
    }

    private static bool HasPlugins(Assembly assembly) => !assembly.IsDynamic && assembly.IsDefined(typeof(OperatorPluginAttribute), inherit: false);
}
