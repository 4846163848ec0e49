using System.Runtime.CompilerServices;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>Which operators become nodes of ONNX, as a text golden: <c>EVERGRAPH_UPDATE_GOLDENS=1</c> rewrites it.</summary>
public class LoweredOperatorsTests
{
    [Fact]
    public void Which_operators_are_lowered_and_which_run_as_ours()
    {
        var names = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly).Operators.Select(definition => definition.Name).Order(StringComparer.Ordinal);
        var lowered = LoweringTable.Default.Operators.ToHashSet();
        string text = string.Concat(names.Select(name => $"{(lowered.Contains(name) ? "ONNX" : "C#  ")} {name}\n"));

        string path = Path.Combine(Path.GetDirectoryName(Here())!, "LoweredOperators.txt");
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, text);
        Assert.True(File.Exists(path), "LoweredOperators.txt is missing: run once with EVERGRAPH_UPDATE_GOLDENS=1");
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
