using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Microsoft.Extensions.Logging;

namespace Evergraph.Passes;

/// <summary>
/// Computes at compile time what depends on parameters only, as a run would. A result becomes a parameter.
/// </summary>
/// <remarks>
/// A result larger than what it is made of is computed at run time instead, so that folding does not blow a model up; up
/// to 64 KiB is always kept. Sharded parameters differ between ranks and mutated ones between runs, so they are no constants.
/// </remarks>
public sealed class FoldConstants : IPass
{
    private const long AlwaysKept = 64 * 1024;

    /// <inheritdoc/>
    public string Name => "fold-constants";

    /// <inheritdoc/>
    public PassResult Run(TensorGraph graph, PassContext context)
    {
        var rewriter = new GraphRewriter(graph);
        var rewrites = new List<Rewrite>();
        var constants = new Dictionary<Value, Tensor>();
        var names = new ParameterNames(graph);
        var mutated = MutatedParameters.Of(graph);
        for (int i = 0; i < graph.Parameters.Length; i++)
        {
            var parameter = graph.Parameters[i];
            if (parameter.Sharding is null && !mutated.Contains(parameter.Name))
                constants.Add(graph.ParameterValue(i), parameter.Data);
        }

        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (!IsFoldable(node, constants) || Compute(graph, node, constants, context) is not { } results)
            {
                rewriter.Copy(i);
                continue;
            }

            for (int result = 0; result < results.Length; result++)
            {
                string name = names.New(NameOf(node, rewrites.Count));
                var value = graph.ResultOf(i, result);
                constants.Add(value, results[result]);
                rewriter[value] = rewriter.Builder.AddParameter(new(name, node.OutputTypes[result], results[result]));
            }

            rewrites.Add(new("f(constants) = constant", node.ToString()));
        }

        return rewrites.Count == 0 ? PassResult.Unchanged(graph) : new(rewriter.Finish(), rewrites);
    }

    private static bool IsFoldable(Node node, Dictionary<Value, Tensor> constants)
    {
        const OperatorTraits never = OperatorTraits.RankDependent | OperatorTraits.Collective;
        if (!node.Operator.Has(OperatorTraits.Pure) || (node.Operator.Traits & never) != 0)
            return false;
        long given = AlwaysKept;
        foreach (var operand in node.Operands)
        {
            if (!constants.TryGetValue(operand, out var tensor))
                return false;
            given += tensor.ByteCount;
        }

        foreach (var type in node.OutputTypes)
        {
            if (!type.Bytes.TryGetConstant(out long bytes) || (given -= bytes) < 0)
                return false;
        }

        return node.Arguments.All(HasNoSymbol);
    }

    private static bool HasNoSymbol(Argument argument) => argument switch
    {
        DimArgument dim => dim.Dim.IsConstant,
        DimListArgument list => list.Items.All(item => item.IsConstant),
        ScalarArgument { Scalar.Kind: ScalarKind.Integer } scalar => scalar.Scalar.Integer.IsConstant,
        _ => true,
    };

    /// <summary>The node's results, or null where its kernel refuses these numbers: then the run, if it comes to this node, says so.</summary>
    private static Tensor[]? Compute(TensorGraph graph, Node node, Dictionary<Value, Tensor> constants, PassContext context)
    {
        var arguments = KernelArguments.Bind(node.Arguments, value => constants[value], symbol => throw new InvalidOperationException($"{symbol.Name} is not constant"));
        var results = new Tensor[node.OutputTypes.Length];
        try
        {
            new DispatchSite(node.Operator, context.Dispatcher).Call(null, arguments, graph.DTypesOf(node), results);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            context.Logger.LogWarning(exception, "{Node} depends on constants only and cannot be computed from them: {Message}", node, exception.Message);
            return null;
        }

        return results;
    }

    private static string NameOf(Node node, int number)
    {
        string stem = node.Source.Module is { Length: > 0 } module ? $"{module}.{node.Operator.Schema.Name}" : node.Operator.Schema.Name;
        return $"{stem}_{number}";
    }
}
