using Evergraph.Graph;

namespace Evergraph.Passes;

/// <summary>Reads numbers and axes that a rule asks for.</summary>
internal static class ScalarArguments
{
    /// <summary>A parameter's number, or null where it is absent or symbolic.</summary>
    public static double? Number(this Node node, string parameter) => node.Argument(parameter) switch
    {
        FloatArgument { Number: var number } => number,
        ScalarArgument { Scalar: var scalar } when scalar.Kind == ScalarKind.Float || scalar.Integer.IsConstant => scalar.ToDouble(),
        DimArgument { Dim: var dim } when dim.TryGetConstant(out long value) => value,
        _ => null,
    };

    /// <summary>Whether a parameter is this number.</summary>
    public static bool Is(this Node node, string parameter, double number) => node.Number(parameter) == number;

    /// <summary>Whether a parameter of truth is given and true.</summary>
    public static bool IsTrue(this Node node, string parameter) => node.Argument(parameter) is BoolArgument { Truth: true };

    /// <summary>A parameter that names an axis of a tensor of some rank, from 0.</summary>
    public static int Axis(this Node node, string parameter, int rank) => node.Dim(parameter).Value is var axis && axis < 0 ? (int)axis + rank : (int)axis;
}
