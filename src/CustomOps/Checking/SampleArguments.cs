namespace Evergraph.CustomOps.Checking;

/// <summary>Turns the arguments of a sample into those of a kernel call.</summary>
internal static class SampleArguments
{
    public static KernelArgument ForKernel(SchemaArgument parameter, Argument argument, EquatableArray<Tensor> tensors, Func<Symbol, long> values) => argument switch
    {
        NoneArgument => KernelArgument.None,
        TensorArgument tensor => KernelArgument.Of(tensors[tensor.Value.Id]),
        TensorListArgument list => KernelArgument.OfReference(List(list, tensors)),
        DimArgument dim => KernelArgument.Of(dim.Dim.Evaluate(values)),
        DimListArgument dims => KernelArgument.OfReference(dims.Items.Select(dim => dim.Evaluate(values)).ToArray()),
        FloatArgument number => KernelArgument.Of(number.Number),
        FloatListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
        BoolArgument truth => KernelArgument.Of(truth.Truth),
        BoolListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
        StringArgument text => KernelArgument.OfReference(text.Text),
        ScalarArgument { Scalar: { Kind: ScalarKind.Float } scalar } => KernelArgument.Of(scalar.ToDouble()),
        ScalarArgument { Scalar: { Kind: ScalarKind.Bool } scalar } => KernelArgument.Of(scalar.ToBool()),
        ScalarArgument { Scalar: var scalar } => KernelArgument.Of(scalar.Integer.Evaluate(values)),
        DTypeArgument dtype => KernelArgument.Of(dtype.DType),
        _ => throw new OperatorCheckException($"argument {parameter.Name}: a kernel cannot take a {argument.GetType().Name}"),
    };

    // An array of tensors of which none is absent is the same array to the runtime.
    private static Tensor?[] List(TensorListArgument list, EquatableArray<Tensor> tensors) =>
        list.Items.Select(item => item is { } value ? tensors[value.Id] : null).ToArray();
}
