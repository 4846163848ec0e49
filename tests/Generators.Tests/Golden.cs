using System.Runtime.CompilerServices;

namespace Evergraph.Generators.Tests;

/// <summary>Text files beside the tests. With EVERGRAPH_UPDATE_GOLDENS=1 a run rewrites them, and the diff is the review.</summary>
internal static class Golden
{
    public static void Match(string name, string actual, [CallerFilePath] string testFile = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(testFile)!, "Goldens", name);
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{name} is missing: run once with EVERGRAPH_UPDATE_GOLDENS=1");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
