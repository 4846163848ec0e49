using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Checking;

/// <summary>
/// Where an operator says that it can be cut along an axis: the results on the parts, joined along the axis it names, are the
/// result on the whole. For every operator of the assembly.
/// </summary>
public class AxisRuleTests
{
    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(Promotion).Assembly);

    public static TheoryData<string> Names =>
    [
        .. Registry.Operators
            .Where(definition => definition.AxisRule is not null && definition.Sample is not null && !definition.Has(OperatorTraits.Collective))
            .Select(definition => definition.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_on_parts_join_to_the_result_on_the_whole(string name)
    {
        var definition = Registry.Find(name);
        for (int seed = 0; seed < 60; seed++)
        {
            var sample = definition.Sample!(new SampleBuilder(new Random(seed)));
            if (sample.Ranks != 1)
                continue;
            var tensors = sample.TensorsOnRank[0];
            var arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan())
                .Select(argument => argument.Substitute(symbol => sample.ValueOf(symbol)))
                .ToEquatableArray();
            for (int operand = 0; operand < tensors.Length; operand++)
            {
                for (int axis = 0; axis < tensors[operand].Rank; axis++)
                {
                    foreach (int parts in (int[])[2, 3])
                    {
                        if (tensors[operand].Sizes[axis] % parts == 0)
                            Check(definition, arguments, tensors, operand, axis, parts, $"{name}, seed {seed}, operand {operand}, axis {axis}, {parts} parts");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("aten::mm", 0, 0)]
    [InlineData("aten::bmm", 0, 0)]
    [InlineData("aten::bmm", 0, 1)]
    [InlineData("aten::bmm", 1, 0)]
    [InlineData("aten::addmm", 1, 0)]
    [InlineData("aten::baddbmm", 1, 1)]
    [InlineData("aten::matmul", 0, 0)]
    [InlineData("aten::linear", 0, 0)]
    [InlineData("aten::scaled_dot_product_attention", 0, 0)]
    [InlineData("aten::scaled_dot_product_attention", 1, 0)]
    [InlineData("aten::scaled_dot_product_attention", 2, 0)]
    [InlineData("aten::softmax.int", 0, 0)]
    [InlineData("aten::layer_norm", 0, 0)]
    [InlineData("aten::rms_norm", 0, 0)]
    [InlineData("aten::conv2d", 0, 0)]
    [InlineData("aten::max_pool2d_with_indices", 0, 0)]
    [InlineData("evergraph::rms_norm.residual", 0, 0)]
    [InlineData("evergraph::silu_and_mul", 0, 0)]
    [InlineData("evergraph::rotary_embedding", 0, 1)]
    public void A_rule_answers_for_some_sample(string name, int operand, int axis)
    {
        var definition = Registry.Find(name);

        Assert.Contains(Enumerable.Range(0, 100), seed =>
        {
            var sample = definition.Sample!(new SampleBuilder(new Random(seed)));
            var tensors = sample.TensorsOnRank[0];
            if (tensors[operand].Rank <= axis || tensors[operand].Sizes[axis] < 2 || tensors[operand].Sizes[axis] % 2 != 0)
                return false;
            var arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan())
                .Select(argument => argument.Substitute(symbol => sample.ValueOf(symbol)))
                .ToEquatableArray();
            return Ask(definition, arguments, tensors, operand, axis, 2) is not null;
        });
    }

    private static AxisSplit? Ask(
        OperatorDefinition definition, EquatableArray<Argument> arguments, EquatableArray<Tensor> tensors, int operand, int axis, int parts)
    {
        var types = tensors.Select(tensor => tensor.Type).ToEquatableArray();
        var results = new FakeContext().Run(definition, new FakeArguments(arguments.AsSpan(), types.AsSpan()), NodeSource.None);
        return definition.AxisRule!(new(arguments, types, results.ToEquatableArray(), operand, axis, tensors[operand].Sizes[axis] / parts));
    }

    private static void Check(
        OperatorDefinition definition,
        EquatableArray<Argument> arguments,
        EquatableArray<Tensor> tensors,
        int operand,
        int axis,
        int parts,
        string what)
    {
        if (Ask(definition, arguments, tensors, operand, axis, parts) is not { } split)
            return;
        Assert.True(split.OperandAxes[operand] == axis, $"{what}: the operand asked for is cut along {split.OperandAxes[operand]}");
        var whole = Run(definition, arguments, tensors);
        var onParts = new Tensor[parts][];
        for (int part = 0; part < parts; part++)
        {
            var cut = tensors.Select((tensor, i) => split.OperandAxes[i] == AxisSplit.Whole
                ? tensor
                : Numbers.Part(tensor, split.OperandAxes[i], parts, part)).ToEquatableArray();
            onParts[part] = Run(definition, split.Arguments, cut);
        }

        for (int result = 0; result < whole.Length; result++)
        {
            var joined = Numbers.Join([.. onParts.Select(tensors => tensors[result])], split.OutputAxis);
            Oracle.AssertClose(joined, whole[result], $"{what}, result {result}", magnitude: 4);
        }
    }

    private static Tensor[] Run(OperatorDefinition definition, EquatableArray<Argument> arguments, EquatableArray<Tensor> tensors)
    {
        var types = tensors.Select(tensor => tensor.Type).ToEquatableArray();
        var results = new Tensor[new FakeContext().Run(definition, new FakeArguments(arguments.AsSpan(), types.AsSpan()), NodeSource.None).Length];
        var kernelArguments = new KernelArgument[arguments.Length];
        for (int i = 0; i < kernelArguments.Length; i++)
        {
            kernelArguments[i] = arguments[i] switch
            {
                NoneArgument => KernelArgument.None,
                TensorArgument tensor => KernelArgument.Of(tensors[tensor.Value.Id]),
                TensorListArgument list => KernelArgument.OfReference(list.Items.Select(item => item is { } value ? tensors[value.Id] : null).ToArray()),
                DimArgument dim => KernelArgument.Of(dim.Dim.Value),
                DimListArgument dims => KernelArgument.OfReference(dims.Items.Select(dim => dim.Value).ToArray()),
                FloatArgument number => KernelArgument.Of(number.Number),
                FloatListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
                BoolArgument truth => KernelArgument.Of(truth.Truth),
                BoolListArgument list => KernelArgument.OfReference(list.Items.ToArray()),
                StringArgument text => KernelArgument.OfReference(text.Text),
                ScalarArgument { Scalar: { Kind: ScalarKind.Float } scalar } => KernelArgument.Of(scalar.ToDouble()),
                ScalarArgument { Scalar: { Kind: ScalarKind.Bool } scalar } => KernelArgument.Of(scalar.ToBool()),
                ScalarArgument { Scalar: var scalar } => KernelArgument.Of(scalar.ToInt64()),
                DTypeArgument dtype => KernelArgument.Of(dtype.DType),
                var other => throw new InvalidOperationException($"a kernel cannot take a {other.GetType().Name}"),
            };
        }

        definition.Kernels[0].Function(kernelArguments, results);
        return results;
    }
}
