namespace Evergraph.Graph;

/// <summary>What a node passes for one parameter of its operator's schema. The hierarchy is closed.</summary>
public abstract record Argument
{
    private protected Argument()
    {
    }

    /// <summary>An optional parameter that is absent.</summary>
    public static Argument None { get; } = new NoneArgument();

    /// <summary>The values that the argument reads, in order; absent ones are left out.</summary>
    public virtual IEnumerable<Value> Values => [];

    /// <summary>Adds the values that the argument reads, in order.</summary>
    internal virtual void AddValues(List<Value> values)
    {
    }

    /// <summary>The argument with its values renamed.</summary>
    public virtual Argument Rename(Func<Value, Value> rename) => this;

    /// <summary>The argument with symbols replaced by expressions.</summary>
    public virtual Argument Substitute(Func<Symbol, Dim> replacement) => this;
}

/// <summary>An absent optional.</summary>
public sealed record NoneArgument : Argument
{
    /// <inheritdoc/>
    public override string ToString() => "none";
}

/// <summary>A <c>Tensor</c>.</summary>
public sealed record TensorArgument(Value Value) : Argument
{
    /// <inheritdoc/>
    public override IEnumerable<Value> Values => [Value];

    internal override void AddValues(List<Value> values) => values.Add(Value);

    /// <inheritdoc/>
    public override Argument Rename(Func<Value, Value> rename) => new TensorArgument(rename(Value));
}

/// <summary>A <c>Tensor[]</c> or <c>Tensor?[]</c>.</summary>
public sealed record TensorListArgument(EquatableArray<Value?> Items) : Argument
{
    /// <inheritdoc/>
    public override IEnumerable<Value> Values => Items.Where(item => item.HasValue).Select(item => item!.Value);

    internal override void AddValues(List<Value> values)
    {
        foreach (var item in Items)
        {
            if (item is { } value)
                values.Add(value);
        }
    }

    /// <inheritdoc/>
    public override Argument Rename(Func<Value, Value> rename) =>
        new TensorListArgument(Items.Select(item => item is { } value ? rename(value) : (Value?)null).ToEquatableArray());
}

/// <summary>A <c>SymInt</c> or an <c>int</c>; the latter is constant.</summary>
public sealed record DimArgument(Dim Dim) : Argument
{
    /// <inheritdoc/>
    public override Argument Substitute(Func<Symbol, Dim> replacement) => new DimArgument(Dim.Substitute(replacement));
}

/// <summary>A <c>SymInt[]</c> or an <c>int[]</c>.</summary>
public sealed record DimListArgument(EquatableArray<Dim> Items) : Argument
{
    /// <inheritdoc/>
    public override Argument Substitute(Func<Symbol, Dim> replacement) =>
        new DimListArgument(Items.Select(item => item.Substitute(replacement)).ToEquatableArray());
}

/// <summary>A <c>float</c>.</summary>
public sealed record FloatArgument(double Number) : Argument;

/// <summary>A <c>float[]</c>.</summary>
public sealed record FloatListArgument(EquatableArray<double> Items) : Argument;

/// <summary>A <c>bool</c>.</summary>
public sealed record BoolArgument(bool Truth) : Argument;

/// <summary>A <c>bool[]</c>.</summary>
public sealed record BoolListArgument(EquatableArray<bool> Items) : Argument;

/// <summary>A <c>str</c>, or a layout, device or memory format by its name.</summary>
public sealed record StringArgument(string Text) : Argument;

/// <summary>A <c>Scalar</c>.</summary>
public sealed record ScalarArgument(Scalar Scalar) : Argument
{
    /// <inheritdoc/>
    public override Argument Substitute(Func<Symbol, Dim> replacement) =>
        Scalar.Kind == ScalarKind.Integer ? new ScalarArgument(Scalar.Integer.Substitute(replacement)) : this;
}

/// <summary>A <c>ScalarType</c>.</summary>
public sealed record DTypeArgument(DType DType) : Argument;
