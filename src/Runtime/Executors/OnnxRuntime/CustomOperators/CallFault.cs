using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Runtime.OnnxRuntime.CustomOperators;

/// <summary>What went wrong in a call, without the node: who knows the node's place in a model puts it before the message.</summary>
internal sealed class CallFault : EvergraphException
{
    private CallFault(string message, Exception? cause = null)
        : base(message, cause!)
    {
    }

    /// <summary>The kernel threw.</summary>
    public static CallFault Threw(IEnumerable<string> operands, Exception cause) => new(
        $"its kernel failed on ({string.Join(", ", operands)}): {ImplementationFailure.Describe(cause)}", cause);

    /// <summary>A result is not what the fake said.</summary>
    /// <param name="result">Which one.</param>
    /// <param name="expected">Its type in this call.</param>
    /// <param name="symbolic">Its type at every size.</param>
    /// <param name="given">What the kernel returned.</param>
    public static CallFault Disagrees(int result, string expected, TensorType symbolic, Tensor? given)
    {
        string general = symbolic.ToString() == expected ? "" : $" ({symbolic})";
        return new($"its fake and its real disagree: result {result}: expected {expected}{general}, given {given?.ToString() ?? "nothing"}");
    }

    /// <summary>A size that depends on data is outside the range that the fake gave it.</summary>
    public static CallFault OutOfBounds(int result, int axis, TensorType planned, Symbol symbol, Tensor given) => new(
        $"its fake and its real disagree: result {result}: expected {planned} with {symbol.Describe()} at axis {axis}, given {given}");

    /// <summary>What comes in is not what the compiled graph says of it.</summary>
    public static CallFault OtherInputs(IEnumerable<TensorType> planned, IEnumerable<TensorType> given) => new(
        $"its inputs are not those of the compiled graph: expected ({string.Join(", ", planned)}), given ({string.Join(", ", given)}); an operator before it gives another shape than its fake says");
}
