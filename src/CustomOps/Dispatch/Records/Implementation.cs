namespace Evergraph.CustomOps.Dispatch;

/// <summary>One way to compute an operator: a standalone function, and what dispatch must know to choose it.</summary>
public sealed record Implementation
{
    /// <summary>The operator's full name, such as <c>evergraph::rms_norm</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>The name among the operator's implementations, such as <c>reference</c> or <c>cuda.cublaslt</c>; compared without case.</summary>
    public required string Id { get; init; }

    /// <summary>Where it comes from.</summary>
    public required ImplementationKind Kind { get; init; }

    /// <summary>The function.</summary>
    public required KernelFunction Function { get; init; }

    /// <summary>The function as it is called from a layer's method, which receives the layer; null where it makes no difference.</summary>
    public LayerKernelFunction? LayerFunction { get; init; }

    /// <summary>Whose library it calls; named exactly for the kind <see cref="ImplementationKind.Vendor"/>. Compared without case.</summary>
    public string? Vendor { get; init; }

    /// <summary>Which of several that a policy holds equal goes first: the highest. By kind 150, 100 and 50 where nothing is said.</summary>
    public int Priority
    {
        get => field != 0 ? field : DefaultPriority(Kind);
        init;
    }

    /// <summary>The element types that it takes: every tensor among the arguments must have one of them.</summary>
    public DTypeSet DTypes { get; init; } = DTypeSet.All;

    /// <summary>Where its tensors lie, such as <c>cpu</c> or <c>nvidia</c>; compared without case.</summary>
    public string Platform { get; init; } = Dispatch.Platform.Cpu;

    /// <summary>The least architecture of the platform that it runs on, in the platform's own numbers; see <see cref="Dispatch.Platform.Architecture"/>.</summary>
    public int MinimumArchitecture { get; init; }

    /// <summary>Asks whether it can run on this machine; once an epoch.</summary>
    public Func<Availability> Probe { get; init; } = static () => Availability.Yes;

    /// <summary>The priority of a kind.</summary>
    public static int DefaultPriority(ImplementationKind kind) => kind switch
    {
        ImplementationKind.Default => 150,
        ImplementationKind.Vendor => 100,
        _ => 50,
    };

    /// <summary>Operator, id, kind and vendor.</summary>
    public override string ToString() => Vendor is null ? $"{Operator} {Id} ({Kind})" : $"{Operator} {Id} ({Kind} of {Vendor})";
}
