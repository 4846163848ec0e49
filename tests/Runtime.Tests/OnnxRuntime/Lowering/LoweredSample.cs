using Evergraph.CustomOps.Checking;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime;
using Evergraph.Runtime.OnnxRuntime.Lowering;

namespace Evergraph.Runtime.Tests.OnnxRuntime.Lowering;

/// <summary>One generated call of an operator as a graph of one node, with symbolic or with known sizes.</summary>
internal sealed class LoweredSample
{
    /// <summary>Prefers the references: under it no implementation of ours is faster, so everything is lowered that can be.</summary>
    public static readonly Dispatcher Plain = new(new() { Environment = new Dictionary<string, string> { ["EVERGRAPH_PREFER"] = "reference" } });

    private readonly SampleGraph _sample;

    /// <summary>Draws a call.</summary>
    /// <param name="definition">The operator.</param>
    /// <param name="seed">What draws it.</param>
    /// <param name="isSymbolic">Whether the graph's sizes are symbols; otherwise they are numbers, and some tensors are parameters.</param>
    public LoweredSample(OperatorDefinition definition, int seed, bool isSymbolic)
        : this(definition, definition.Sample!(new SampleBuilder(new Random(seed))), isSymbolic, new(seed))
    {
    }

    /// <summary>Takes a call.</summary>
    public LoweredSample(OperatorDefinition definition, OperatorSample sample, bool isSymbolic, Random? random = null)
    {
        _sample = new(definition, sample, isSymbolic, random);
        var node = GraphLowering.Lower(Graph, [.. Graph.Parameters.Select(parameter => (Tensor?)parameter.Data)], LoweringTable.Default, Plain).Nodes[0];
        (IsLowered, Reason) = (!node.IsCustom, node.Reason);
    }

    /// <summary>The graph.</summary>
    public TensorGraph Graph => _sample.Graph;

    /// <summary>Whether its node is written as nodes of ONNX.</summary>
    public bool IsLowered { get; }

    /// <summary>Why not.</summary>
    public string Reason { get; }

    /// <summary>Runs the graph in ONNX Runtime and the operator's reference implementation.</summary>
    /// <returns>Where they differ, or null.</returns>
    public string? Run()
    {
        var given = GraphCompiler.Compile(Graph, new() { Backend = OnnxRuntimeBackend.BackendName, Passes = [], Dispatcher = Plain, OnnxRuntime = new() { Threads = 1 } }).Run(_sample.Inputs);
        var expected = _sample.Reference();
        for (int i = 0; i < given.Length; i++)
        {
            if (Agreement.Difference(given[i], expected[i]) is { } difference)
                return $"result {i}: {difference}";
        }

        return null;
    }

    /// <summary>The operator, its operands and the graph.</summary>
    public override string ToString() => _sample.ToString();
}
