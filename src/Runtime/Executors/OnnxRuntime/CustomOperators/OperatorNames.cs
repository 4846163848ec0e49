using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>What operators are called in ONNX: identifiers in a domain of ours.</summary>
internal static class OperatorNames
{
    /// <summary>The domain of all operators that run as C# code.</summary>
    public const string Domain = "evergraph";

    private const string HouseNamespace = "evergraph";

    /// <summary>The name in ONNX: <c>evergraph::rms_norm.residual</c> is <c>rms_norm_residual</c>, <c>aten::add.Tensor</c> is <c>aten_add_Tensor</c>.</summary>
    public static string Of(OperatorDefinition definition)
    {
        string name = definition.Name.Replace("::", "_", StringComparison.Ordinal).Replace('.', '_');
        return definition.Schema.Namespace == HouseNamespace ? name[(HouseNamespace.Length + 1)..] : name;
    }
}
