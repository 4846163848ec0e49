using System.Runtime.CompilerServices;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph.Text;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Tests.Cuda.Planning;

/// <summary>
/// File tests: a graph as text, and the steps that run it on an H200. <c>EVERGRAPH_UPDATE_GOLDENS=1</c> rewrites what comes after the line of
/// signs; review is the diff. They need no device.
/// </summary>
public sealed class PlanGoldenTests
{
    private const string Separator = "=====\n";

    private static readonly OperatorRegistry House = new OperatorRegistry().Register(typeof(IProcessGroup).Assembly);

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_plan_is_what_the_file_says(string file)
    {
        string path = Path.Combine(Folder(), file);
        string[] parts = File.ReadAllText(path).ReplaceLineEndings("\n").Split(Separator);
        var graph = GraphParser.Parse(parts[0], House, (_, type) => Tensor.Zeros(type.DType, type.Shape.Evaluate(_ => 0)));
        Assert.Empty(GraphVerifier.Verify(graph));

        string plan = Print(graph);
        if (Environment.GetEnvironmentVariable("EVERGRAPH_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, parts[0] + Separator + plan);
        else
            Assert.Equal(parts[1], plan);
    }

    private static string Print(TensorGraph graph)
    {
        var lowered = GraphLowering.Lower(graph, Dispatcher.Default, DeviceFacts.Typical);
        GraphLowering.StoreOutputs(lowered);
        var names = new Dictionary<LoweredValue, string>();
        string Name(LoweredValue value) => value.Node < 0 && value.Definition is null ? value.Name : names.TryGetValue(value, out string? name) ? name : names[value] = $"%{names.Count}";
        return string.Concat(FusionPlanner.Plan(lowered).Select(step =>
            $"{step.GetType().Name} {step.Name} of {graph.Nodes[step.Node].Operator.Name}{(step is KernelStep { RunsOnce: true } ? ", once" : "")}\n"
            + string.Concat(step.Operands.Select(operand => $"  reads {Name(operand.View.Source)}{Describe(operand)}\n"))
            + string.Concat(step.Results.Select(result => $"  writes {Name(result)}: {result.Type}\n"))));
    }

    /// <summary>Kernels know the places of what they read; other steps read by strides.</summary>
    private static string Describe(StepOperand operand) => operand.View.Strides.Length == 0
        ? ""
        : $" from {operand.View.Offset} by [{string.Join(", ", operand.View.Strides)}]";

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Goldens");
}
