using System.Reflection;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Cli.Models;

/// <summary>The operators a command knows: the house's own and those of assemblies given with <c>--ops</c>.</summary>
internal static class OperatorAssemblies
{
    /// <summary>Loads the assemblies and registers their operators.</summary>
    /// <exception cref="EvergraphException">A file is missing, is no .NET assembly, or defines no operators.</exception>
    public static OperatorRegistry Load(IReadOnlyList<FileInfo>? files)
    {
        var registry = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);
        foreach (var file in files ?? [])
            registry.Register(Load(file));
        return registry;
    }

    private static Assembly Load(FileInfo file)
    {
        if (!file.Exists)
            throw new EvergraphException($"--ops {file}: there is no such file; build the project with your operators and name its .dll");
        try
        {
            return Assembly.LoadFrom(file.FullName);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException)
        {
            throw new EvergraphException($"--ops {file}: expected a .NET assembly: {exception.Message}", exception);
        }
    }
}
