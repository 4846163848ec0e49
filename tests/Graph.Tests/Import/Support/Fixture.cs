using System.Runtime.CompilerServices;

namespace Evergraph.Graph.Tests.Import;

/// <summary>The files under tests/fixtures.</summary>
internal static class Fixture
{
    public static string Folder { get; } = Find();

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    public static IEnumerable<string> Programs => Directory.GetFiles(Folder, "*.pt2").Order(StringComparer.Ordinal);

    private static string Find([CallerFilePath] string source = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(source)!, "../../../fixtures"));
}
