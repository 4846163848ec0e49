namespace Evergraph.Graph;

/// <summary>
/// A fact that a fake needs and that could not be proven for all sizes: kept on the graph and checked at each call.
/// </summary>
/// <param name="Condition">What must hold.</param>
/// <param name="Message">What is wrong when it does not, such as <c>inner sizes differ</c>.</param>
/// <param name="Operator">The operator whose fake asked.</param>
/// <param name="Source">Where in the model.</param>
public sealed record Requirement(Condition Condition, string Message, string Operator, NodeSource Source)
{
    /// <summary>The error's text: place, what is wrong, expected and given.</summary>
    /// <param name="values">Values of the symbols where they are known, or null at trace time.</param>
    public string Describe(Func<Symbol, long>? values = null)
    {
        string given = values is null ? Condition.Left.ToString() : Condition.Left.Evaluate(values).ToString();
        string bound = values is null || Condition.Right.IsConstant
            ? Condition.Right.ToString()
            : $"{Condition.Right.Evaluate(values)} ({Condition.Right})";
        string expected = Condition.Relation == Relation.Equal ? bound : $"{Condition.Left} {Condition.Symbol(Condition.Relation)} {bound}";
        string source = Source.ToString() is { Length: > 0 } text ? $" at {text}" : "";
        string place = Operator.Length == 0 ? "" : $"{Operator}{source}: ";
        return $"{place}{Message}: expected {expected}, given {given}";
    }
}
