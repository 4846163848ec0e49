using System.Reflection;
using System.Reflection.Emit;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Writes assemblies that name plugins, each in a file of its own.</summary>
internal sealed class PluginAssembly : IDisposable
{
    private static readonly ConstructorInfo Constructor = typeof(OperatorPluginAttribute).GetConstructor([typeof(Type)])!;
    private static int s_count;

    public string Folder { get; } = Directory.CreateTempSubdirectory("evergraph-plugins-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Writes an assembly that names a plugin which is nowhere.</summary>
    public string WriteWithoutPlugin()
    {
        byte[] type = "Absent.Plugin, Absent"u8.ToArray();
        return Write(assembly => assembly.SetCustomAttribute(Constructor, [1, 0, (byte)type.Length, .. type, 0, 0]));
    }

    /// <summary>Writes an assembly that has an attribute of an assembly that is nowhere, and may name plugins.</summary>
    public string WriteWithAbsentAttribute(params Type[] plugins)
    {
        var absent = new PersistedAssemblyBuilder(new("Absent"), typeof(object).Assembly);
        var attribute = absent.DefineDynamicModule("Absent").DefineType("AbsentAttribute", TypeAttributes.Public, typeof(Attribute));
        var constructor = attribute.DefineDefaultConstructor(MethodAttributes.Public);
        attribute.CreateType();
        return Write(assembly =>
        {
            assembly.SetCustomAttribute(constructor, [1, 0, 0, 0]);
            Name(assembly, plugins);
        });
    }

    /// <summary>Writes an assembly of a name that no other has, and gives its path.</summary>
    public string Write(params Type[] plugins) => Write(assembly => Name(assembly, plugins));

    private static void Name(PersistedAssemblyBuilder assembly, Type[] plugins)
    {
        foreach (var plugin in plugins)
            assembly.SetCustomAttribute(new CustomAttributeBuilder(Constructor, [plugin]));
    }

    private string Write(Action<PersistedAssemblyBuilder> addAttributes)
    {
        string name = $"Plugin{Interlocked.Increment(ref s_count)}";
        var assembly = new PersistedAssemblyBuilder(new(name), typeof(object).Assembly);
        assembly.DefineDynamicModule(name);
        addAttributes(assembly);
        string path = Path.Combine(Folder, $"{name}.dll");
        assembly.Save(path);
        return path;
    }
}
