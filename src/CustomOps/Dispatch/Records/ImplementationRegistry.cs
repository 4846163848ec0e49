using System.Buffers;
using System.Collections.Frozen;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Implementations by operator: an immutable snapshot. Adding gives another one, so that readers never wait and never see
/// half a batch.
/// </summary>
internal sealed class ImplementationRegistry
{
    // They separate ids in policies.
    private static readonly SearchValues<char> NotInIds = SearchValues.Create(",;|:= \t\r\n");

    private readonly FrozenDictionary<string, Implementation[]> _byOperator;

    private ImplementationRegistry(FrozenDictionary<string, Implementation[]> byOperator) => _byOperator = byOperator;

    public static ImplementationRegistry Empty { get; } = new(FrozenDictionary<string, Implementation[]>.Empty);

    /// <summary>Every implementation, by operator and id.</summary>
    public IEnumerable<Implementation> All => _byOperator.Values.SelectMany(implementations => implementations)
        .OrderBy(implementation => implementation.Operator, StringComparer.Ordinal)
        .ThenBy(implementation => implementation.Id, StringComparer.OrdinalIgnoreCase);

    /// <summary>The registered implementations of an operator.</summary>
    public ReadOnlySpan<Implementation> Of(string operatorName) =>
        _byOperator.TryGetValue(operatorName, out var implementations) ? implementations : [];

    /// <summary>This and a batch.</summary>
    /// <exception cref="EvergraphException">One of the batch is not well formed, or its id is taken.</exception>
    public ImplementationRegistry With(IReadOnlyList<Implementation> batch)
    {
        var byOperator = _byOperator.ToDictionary(StringComparer.Ordinal);
        foreach (var implementation in batch)
        {
            Check(implementation);
            var others = byOperator.GetValueOrDefault(implementation.Operator, []);
            if (Array.Find(others, other => SameName(other.Id, implementation.Id)) is { } taken)
            {
                throw new EvergraphException(
                    $"{implementation.Operator}: implementation id '{implementation.Id}' is registered already, by {Describe(taken)}: give one of the two another id");
            }

            byOperator[implementation.Operator] = [.. others, implementation];
        }

        return new(byOperator.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Whether two ids, vendors or platforms are the same.</summary>
    public static bool SameName(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static void Check(Implementation implementation)
    {
        string place = $"{implementation.Operator}: implementation '{implementation.Id}'";
        if (!implementation.Operator.Contains("::", StringComparison.Ordinal))
            throw new EvergraphException($"{place}: expected an operator's full name, such as evergraph::rms_norm, given '{implementation.Operator}'");
        if (string.IsNullOrWhiteSpace(implementation.Id) || implementation.Id.AsSpan().ContainsAny(NotInIds))
            throw new EvergraphException($"{place}: expected an id without spaces and without , ; | : =, such as cuda.cublaslt");
        if (SameName(implementation.Id, Backend.Reference))
            throw new EvergraphException($"{place}: the id belongs to the operator's own kernel, declared with [Kernel(Backend.Reference)]: choose another");
        if (implementation.Kind == ImplementationKind.Vendor && string.IsNullOrWhiteSpace(implementation.Vendor))
            throw new EvergraphException($"{place} is of kind Vendor: expected the vendor's name, given none");
        if (implementation.Vendor is { } vendor && !VendorNames.IsName(vendor))
            throw new EvergraphException($"{place}: expected a vendor's name without spaces and without , ; | : = *, such as onnxruntime, given '{vendor}'");
        if (implementation.Kind != ImplementationKind.Vendor && implementation.Vendor is not null)
            throw new EvergraphException($"{place} is of kind {implementation.Kind}: expected no vendor, given '{implementation.Vendor}'; use kind Vendor");
        if (implementation.DTypes == DTypeSet.None)
            throw new EvergraphException($"{place} takes no element type: expected at least one, or DTypeSet.All");
    }

    private static string Describe(Implementation implementation) =>
        implementation.Vendor is { } vendor ? $"vendor {vendor}" : $"kind {implementation.Kind}";
}
