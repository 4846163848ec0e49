using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

/// <summary>One call of an operator with all sizes known: its fake is run and compared with what the kernel gives.</summary>
internal sealed class ConcreteCall
{
    /// <summary>The call that a sample is at the sizes drawn.</summary>
    public ConcreteCall(OperatorDefinition definition, OperatorSample sample)
        : this(
            definition,
            ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan())
                .Select(argument => argument.Substitute(symbol => sample.ValueOf(symbol))).ToEquatableArray(),
            [.. sample.TensorsOnRank.Length == 0 ? [] : sample.TensorsOnRank[0]],
            "sample")
    {
    }

    /// <summary>A call with these arguments, whose tensors are numbered.</summary>
    public ConcreteCall(OperatorDefinition definition, EquatableArray<Argument> arguments, Tensor[] tensors, string place)
    {
        Definition = definition;
        Arguments = arguments;
        Tensors = tensors;
        Types = tensors.Select(tensor => tensor.Type).ToEquatableArray();
        OutputTypes = EquatableArray<TensorType>.Own(
            new FakeContext().Run(definition, new FakeArguments(arguments.AsSpan(), Types.AsSpan()), new(place, "", 0)));
        Results = new Tensor[OutputTypes.Length];
        definition.Kernels[0].Function(
            KernelArguments.Bind(arguments, value => tensors[value.Id], symbol => throw new InvalidOperationException($"{symbol.Name} is not known: all sizes of a concrete call are")),
            Results);
        for (int i = 0; i < Results.Length; i++)
        {
            if (OutputTypes[i].Shape.IsConstant)
                Assert.Equal((place, OutputTypes[i]), (place, Results[i].Type));
        }
    }

    public OperatorDefinition Definition { get; }

    public EquatableArray<Argument> Arguments { get; }

    public Tensor[] Tensors { get; }

    public EquatableArray<TensorType> Types { get; }

    public EquatableArray<TensorType> OutputTypes { get; }

    public Tensor[] Results { get; }

    public override string ToString() => $"{Definition.Name}({string.Join(", ", Arguments.Select(Describe))})";

    private string Describe(Argument argument) => argument switch
    {
        TensorArgument tensor => Types[tensor.Value.Id].ToString(),
        TensorListArgument list => $"[{string.Join(", ", list.Items.Select(item => item is { } value ? Types[value.Id].ToString() : "none"))}]",
        DimArgument dim => dim.Dim.ToString(),
        DimListArgument dims => $"[{string.Join(", ", dims.Items)}]",
        ScalarArgument scalar => scalar.Scalar.ToString(),
        BoolArgument truth => truth.Truth ? "true" : "false",
        NoneArgument => "none",
        _ => argument.ToString(),
    };
}
