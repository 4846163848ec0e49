using Evergraph.Graph;
using Evergraph.Passes;

namespace Evergraph.Runtime;

/// <summary>What every backend's lowering sees of the node that it lowers: its arguments but for tensors.</summary>
/// <param name="node">The node.</param>
internal abstract class OperatorLowering(Node node)
{
    /// <summary>The node.</summary>
    public Node Node { get; } = node;

    /// <summary>The type of the first result.</summary>
    public TensorType Result => Node.OutputTypes[0];

    /// <summary>Why the node cannot be lowered, once <see cref="Decline"/> was called.</summary>
    public string? Reason { get; private set; }

    /// <summary>Ends a lowering without results: the node runs as C# code instead. Nothing may have been added yet that matters.</summary>
    /// <param name="reason">What the backend does not have, such as <c>no kernel for bfloat16</c>.</param>
    public bool Decline(string reason)
    {
        Reason = reason;
        return false;
    }

    /// <summary>Whether an argument is given.</summary>
    public bool Has(string parameter) => Node.Argument(parameter) is not NoneArgument;

    /// <summary>Whether the schema has a parameter, and an argument is given for it.</summary>
    public bool Takes(string parameter) => Node.Operator.Schema.Arguments.Any(argument => argument.Name == parameter) && Has(parameter);

    /// <summary>An integer that is constant by its schema.</summary>
    public long Int(string parameter) => Node.Dim(parameter).Value;

    /// <summary>Integers that are constant by their schema.</summary>
    public long[] Ints(string parameter) => [.. Node.Dims(parameter).Select(dim => dim.Value)];

    /// <summary>An integer that may be symbolic.</summary>
    public Dim Dim(string parameter) => Node.Dim(parameter);

    /// <summary>Integers that may be symbolic.</summary>
    public EquatableArray<Dim> Dims(string parameter) => Node.Dims(parameter);

    /// <summary>A floating-point number.</summary>
    public double Float(string parameter) => ((FloatArgument)Node.Argument(parameter)).Number;

    /// <summary>A truth value.</summary>
    public bool Bool(string parameter) => ((BoolArgument)Node.Argument(parameter)).Truth;

    /// <summary>A text.</summary>
    public string Text(string parameter) => ((StringArgument)Node.Argument(parameter)).Text;

    /// <summary>A <c>Scalar</c>.</summary>
    public Scalar Scalar(string parameter) => ((ScalarArgument)Node.Argument(parameter)).Scalar;

    /// <summary>An axis, counted from the front.</summary>
    public int Axis(string parameter, int rank) => Axis(Int(parameter), rank);

    /// <summary>An axis, counted from the front; a tensor without axes counts as having one.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + Math.Max(rank, 1) : axis);
}
