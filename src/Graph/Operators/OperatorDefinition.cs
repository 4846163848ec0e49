namespace Evergraph.Graph;

/// <summary>Computes result types from arguments: the operator's fake, behind one shape for all operators.</summary>
/// <returns>One type for each result, a list flattened.</returns>
public delegate TensorType[] FakeFunction(FakeArguments arguments);

/// <summary>Computes results from arguments: a kernel, behind one shape for all operators.</summary>
/// <param name="arguments">One for each parameter of the schema.</param>
/// <param name="results">Filled by the kernel, a list flattened.</param>
public delegate void KernelFunction(ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results);

/// <summary>Computes results from arguments for a layer: a kernel that may keep what it prepares, such as packed weights, with the layer.</summary>
/// <param name="layer">The layer whose method was called, or null for a plain call.</param>
/// <param name="arguments">One for each parameter of the schema.</param>
/// <param name="results">Filled by the kernel, a list flattened.</param>
public delegate void LayerKernelFunction(object? layer, ReadOnlySpan<KernelArgument> arguments, Span<Tensor> results);

/// <summary>Draws one legal call of an operator, for property tests and <c>opcheck</c>.</summary>
public delegate OperatorSample SampleFunction(SampleBuilder builder);

/// <summary>
/// All that is known of one operator: its schema, traits, fake, kernels, how splitting an input along an axis splits the
/// output, and a generator of legal inputs. Made by the source generator from a <c>[CustomOp]</c> class.
/// </summary>
public sealed class OperatorDefinition
{
    private KernelSite? _site;

    /// <summary>Creates a definition.</summary>
    public OperatorDefinition(
        OperatorSchema schema,
        OperatorTraits traits,
        FakeFunction fake,
        EquatableArray<KernelDefinition> kernels,
        AxisRule? axisRule = null,
        SampleFunction? sample = null)
    {
        Schema = schema;
        Traits = traits;
        Fake = fake;
        Kernels = kernels;
        Sample = sample;
        AxisRule = axisRule ?? AxisRules.FromTraits(traits);
    }

    /// <summary>The parsed schema.</summary>
    public OperatorSchema Schema { get; }

    /// <summary>The full name, such as <c>aten::add.Tensor</c>; the overload <c>default</c> is not written.</summary>
    public string Name => Schema.FullName;

    /// <summary>What passes may assume.</summary>
    public OperatorTraits Traits { get; }

    /// <summary>Result types from argument types.</summary>
    public FakeFunction Fake { get; }

    /// <summary>The implementations declared with the operator itself.</summary>
    public EquatableArray<KernelDefinition> Kernels { get; }

    /// <summary>How a split input axis appears in the output, or null where splitting is not known to be sound.</summary>
    public AxisRule? AxisRule { get; }

    /// <summary>Draws legal inputs; null fails the test that walks the registry.</summary>
    public SampleFunction? Sample { get; }

    /// <summary>Where eager calls find the implementation to run; null while nothing that chooses is installed.</summary>
    internal KernelSite? Site => Volatile.Read(ref _site) ?? (_site = KernelSite.Create(this));

    /// <summary>Whether all of these traits are declared.</summary>
    public bool Has(OperatorTraits traits) => (Traits & traits) == traits;

    /// <summary>The schema's text.</summary>
    public override string ToString() => Schema.ToString();
}
