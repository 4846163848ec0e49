using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;

namespace Evergraph.Cli.Models;

/// <summary>What <c>evergraph ops</c> tells of an operator.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Schema">In PyTorch's language.</param>
/// <param name="Traits">What passes may assume.</param>
/// <param name="Cuts">Whether it has an axis rule.</param>
/// <param name="Samples">Whether it draws inputs for <c>opcheck</c>.</param>
/// <param name="Chosen">The id of what would run, or null.</param>
/// <param name="Implementations">In the order in which they are tried, then the rejected ones.</param>
/// <param name="Policy">The policy that decided, key by key.</param>
internal sealed record OperatorDescription(
    string Name,
    string Schema,
    string Traits,
    bool Cuts,
    bool Samples,
    string? Chosen,
    IReadOnlyList<ImplementationDescription> Implementations,
    IReadOnlyList<PolicyKeyDescription> Policy)
{
    public static OperatorDescription Of(OperatorDefinition definition, OperatorRegistry registry, Dispatcher dispatcher, DTypeSet dtypes)
    {
        var resolution = dispatcher.Resolve(definition, dtypes);
        return new(
            definition.Name,
            definition.Schema.ToString(),
            definition.Traits.ToString(),
            definition.AxisRule is not null,
            definition.Sample is not null,
            resolution.Chosen?.Id,
            [.. resolution.Candidates.Select((candidate, i) => ImplementationDescription.Of(candidate, i + 1))],
            PolicyKeyDescription.Of(resolution.Policy, registry, dispatcher));
    }
}

/// <summary>One implementation, with its place in the order (0 for a rejected one) and the reason for or against it.</summary>
internal sealed record ImplementationDescription(
    int Place, string Id, string Kind, string? Vendor, int Priority, string Platform, int MinimumArchitecture, string Types, bool Usable, string Reason)
{
    public static ImplementationDescription Of(Candidate candidate, int place)
    {
        var implementation = candidate.Implementation;
        return new(
            candidate.IsUsable ? place : 0,
            implementation.Id,
            implementation.Kind.ToString().ToLowerInvariant(),
            implementation.Vendor,
            implementation.Priority,
            implementation.Platform,
            implementation.MinimumArchitecture,
            implementation.DTypes == DTypeSet.All ? "all" : implementation.DTypes.ToString(),
            candidate.IsUsable,
            candidate.Reason);
    }
}
