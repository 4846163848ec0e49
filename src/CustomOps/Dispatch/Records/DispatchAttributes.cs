namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Makes a static method an implementation of an operator that is declared elsewhere. The source generator checks the
/// method against the operator's schema and registers it.
/// </summary>
/// <remarks>
/// The method takes the kernel's parameters, in the order and with the names of the schema. It may take one more before
/// them, named <c>layer</c> and of a nullable class: the layer whose method was called, or null.
/// </remarks>
/// <param name="operatorClass">The operator's <c>[CustomOp]</c> class.</param>
/// <param name="id">The name among the operator's implementations.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ImplementationAttribute(Type operatorClass, string id) : Attribute
{
    /// <summary>The operator's class.</summary>
    public Type OperatorClass { get; } = operatorClass;

    /// <summary>The name among the operator's implementations.</summary>
    public string Id { get; } = id;

    /// <summary>Where it comes from.</summary>
    public ImplementationKind Kind { get; set; }

    /// <summary>Whose library it calls: for <see cref="ImplementationKind.Vendor"/>, and only there.</summary>
    public string? Vendor { get; set; }

    /// <summary>See <see cref="Implementation.Priority"/>; 0 is the kind's own.</summary>
    public int Priority { get; set; }

    /// <summary>The element types that it takes; all where none is named.</summary>
    public DType[] DTypes { get; set; } = [];

    /// <summary>Where its tensors lie.</summary>
    public string Platform { get; set; } = Dispatch.Platform.Cpu;

    /// <summary>The least architecture of the platform.</summary>
    public int MinimumArchitecture { get; set; }

    /// <summary>The name of a method <c>static Availability Name()</c> of the same class; without it the implementation can always run.</summary>
    public string? Probe { get; set; }
}

/// <summary>
/// Binds a partial method of a layer to an operator: the source generator writes a body that finds the implementation
/// through a site of its own, takes what the method has no parameter for from the layer's members of the same name
/// (<c>position_ids</c> is <c>PositionIds</c>), and passes the layer on.
/// </summary>
/// <remarks>
/// A member of type <see cref="Layers.Parameter"/> gives its value. An argument that has neither a parameter nor a member takes the
/// schema's default; without one it is an error. Under a tracer the method records a node.
/// </remarks>
/// <param name="operatorName">The operator's full name, such as <c>evergraph::rms_norm</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DispatchMethodAttribute(string operatorName) : Attribute
{
    /// <summary>The operator's full name.</summary>
    public string OperatorName { get; } = operatorName;
}

/// <summary>Names a type that registers implementations: <see cref="IOperatorPlugin"/> with a public parameterless constructor.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class OperatorPluginAttribute(Type plugin) : Attribute
{
    /// <summary>The type.</summary>
    public Type Plugin { get; } = plugin;
}
