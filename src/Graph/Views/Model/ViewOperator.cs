namespace Evergraph.Graph.Views;

/// <summary>What a view tells of an operator.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Schema">In PyTorch's language.</param>
/// <param name="Traits">What passes may assume.</param>
/// <param name="Fake">Where its fake is, such as <c>Evergraph.CustomOps.Aten.Mm.Fake</c>.</param>
/// <param name="Implementations">What can run it, in the order in which they are tried, then the rejected ones.</param>
public sealed record ViewOperator(
    string Name, string Schema, IReadOnlyList<string> Traits, string Fake, IReadOnlyList<ViewImplementation> Implementations);

/// <summary>What a view tells of an implementation.</summary>
/// <param name="Id">The name among the operator's implementations.</param>
/// <param name="Backend">Where it comes from.</param>
/// <param name="Available">Whether it may be called here.</param>
/// <param name="Chosen">Whether dispatch chooses it.</param>
/// <param name="Reason">Why it stands where it stands, or why it is rejected.</param>
public sealed record ViewImplementation(string Id, string Backend, bool Available, bool Chosen, string Reason);
