using System.Reflection;
using System.Reflection.Emit;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Writes assemblies that name plugins, each in a file of its own.</summary>
internal sealed class PluginAssembly : IDisposable
{
    private static int s_count;

    public string Folder { get; } = Directory.CreateTempSubdirectory("evergraph-plugins-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Writes an assembly of a name that no other has, and gives its path.</summary>
    public string Write(params Type[] plugins)
    {
        string name = $"Plugin{Interlocked.Increment(ref s_count)}";
        var assembly = new PersistedAssemblyBuilder(new(name), typeof(object).Assembly);
        assembly.DefineDynamicModule(name);
        var constructor = typeof(OperatorPluginAttribute).GetConstructor([typeof(Type)])!;
        foreach (var plugin in plugins)
            assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [plugin]));
        string path = Path.Combine(Folder, $"{name}.dll");
        assembly.Save(path);
        return path;
    }
}
