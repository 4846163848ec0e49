namespace Evergraph.Graph;

/// <summary>Turns a node's arguments into a kernel's, once all values and sizes are known.</summary>
public static class KernelArguments
{
    /// <summary>One kernel argument for each argument.</summary>
    /// <param name="arguments">A node's arguments.</param>
    /// <param name="tensors">The tensor of each value.</param>
    /// <param name="symbols">The number of each symbol.</param>
    public static KernelArgument[] Bind(EquatableArray<Argument> arguments, Func<Value, Tensor> tensors, Func<Symbol, long> symbols)
    {
        var bound = new KernelArgument[arguments.Length];
        for (int i = 0; i < bound.Length; i++)
            bound[i] = Bind(arguments[i], tensors, symbols);
        return bound;
    }

    /// <summary>The kernel argument of an argument that has neither tensor nor symbol in it.</summary>
    public static KernelArgument Bind(Argument constant) => Bind(
        constant,
        value => throw new ArgumentException($"{constant} reads {value}", nameof(constant)),
        symbol => throw new ArgumentException($"{constant} depends on {symbol.Name}", nameof(constant)));

    private static KernelArgument Bind(Argument argument, Func<Value, Tensor> tensors, Func<Symbol, long> symbols) => argument switch
    {
        NoneArgument => KernelArgument.None,
        TensorArgument tensor => KernelArgument.Of(tensors(tensor.Value)),
        TensorListArgument list => KernelArgument.OfReference(list.Items.Select(item => item is { } value ? tensors(value) : null).ToArray()),
        DimArgument dim => KernelArgument.Of(dim.Dim.Evaluate(symbols)),
        DimListArgument list => KernelArgument.OfReference(list.Items.Select(item => item.Evaluate(symbols)).ToArray()),
        FloatArgument number => KernelArgument.Of(number.Number),
        FloatListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
        BoolArgument truth => KernelArgument.Of(truth.Truth),
        BoolListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
        StringArgument text => KernelArgument.OfReference(text.Text),
        DTypeArgument dtype => KernelArgument.Of(dtype.DType),
        ScalarArgument { Scalar.Kind: ScalarKind.Float } scalar => KernelArgument.Of(scalar.Scalar.ToDouble()),
        ScalarArgument { Scalar.Kind: ScalarKind.Bool } scalar => KernelArgument.Of(scalar.Scalar.ToBool()),
        ScalarArgument scalar => KernelArgument.Of(scalar.Scalar.Integer.Evaluate(symbols)),
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, "not a kind of argument"),
    };
}
