using System.Runtime.CompilerServices;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Tests.Cuda.Compilation;

public sealed class KernelResourcesTests
{
    [Fact]
    public void EveryFileOfTheFolderIsThere()
    {
        string folder = Folder();
        string[] files = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.cu*").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : [];
        Assert.Equal(files, KernelResources.Names);
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(folder, file)), KernelResources.Read(file)));
    }

    [Theory]
    [InlineData("no.cu")]
    [InlineData("")]
    public void AnotherName(string name) => Assert.Equal(
        $"kernel source {name}: expected a file of Executors/Cuda/Kernels ({string.Join(", ", KernelResources.Names)}), given another name",
        Assert.Throws<EvergraphException>(() => KernelResources.Read(name)).Message);

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../src/Runtime/Executors/Cuda/Kernels"));
}
