using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Checking;

/// <summary>One sample of an operator, with defaults filled in, being checked.</summary>
internal sealed class SampleCall
{
    private readonly OperatorDefinition _definition;
    private readonly OperatorSample _sample;
    private readonly EquatableArray<Argument> _arguments;

    public SampleCall(OperatorDefinition definition, OperatorSample sample)
    {
        _definition = definition;
        _sample = sample;
        _arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
        for (int i = 0; i < _arguments.Length; i++)
        {
            var parameter = definition.Schema.Arguments[i];
            if (!ArgumentKinds.Fits(parameter, _arguments[i]))
                throw new OperatorCheckException($"the input generator gives argument {parameter.Name} a {_arguments[i].GetType().Name}: expected {parameter.Type}");
        }
    }

    public long Elements => _sample.TensorsOnRank.Length == 0 ? 0 : _sample.TensorsOnRank[0].Sum(tensor => tensor.Elements);

    /// <summary>The element types of the tensors, by which implementations are chosen.</summary>
    public DTypeSet DTypes => _sample.Types.Aggregate(DTypeSet.None, (dtypes, type) => dtypes.With(type.DType));

    /// <summary>Checks each implementation against the fake, and against the reference where it is among them.</summary>
    /// <param name="implementations">The implementations. One may say that it does not support the sample: dispatch then calls the next one.</param>
    /// <param name="runner">Runs samples that take several ranks.</param>
    /// <param name="declined">Counts for each implementation's id its samples, and those that it declined.</param>
    public void Check(IReadOnlyCollection<Implementation> implementations, RankRunner? runner, DeclinedSamples declined)
    {
        var symbolic = RunFake(_arguments, _sample.Types, out var requirements);
        var numbers = new FakeNumbers(_sample);
        var known = new TensorType[_sample.Types.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = new(_sample.Types[i].DType, Shape.FromSizes(_sample.Types[i].Shape.Evaluate(_sample.ValueOf)));
        var concrete = RunFake(
            _arguments.Select(argument => argument.Substitute(symbol => _sample.ValueOf(symbol))).ToEquatableArray(), EquatableArray<TensorType>.Own(known), out _);
        Tensor[][]? oracle = null;
        foreach (var kernel in implementations.OrderByDescending(implementation => implementation.Kind))
        {
            Tensor[][] first;
            try
            {
                first = RunKernel(kernel, runner, 0xA5);
                declined.Count(kernel, isDeclined: false);
            }
            catch (ImplementationException) when (implementations.Count > 1 && kernel.Kind != ImplementationKind.Reference)
            {
                declined.Count(kernel, isDeclined: true);
                continue;
            }

            for (int rank = 0; rank < first.Length; rank++)
                numbers.CheckTypes($"{kernel.Id} kernel", symbolic, concrete, first[rank]);
            CompareRuns(kernel, first, RunKernel(kernel, runner, 0x3C));
            if (kernel.Kind == ImplementationKind.Reference)
                oracle ??= first;
            else if (oracle is not null)
                CompareWithOracle(kernel, first, oracle);
        }

        // After the kernels: a requirement on a size that depends on data has its number only now.
        foreach (var requirement in requirements)
        {
            if (!requirement.Condition.Holds(numbers.ValueOf))
                throw new OperatorCheckException($"a requirement of the fake does not hold on a legal input: {requirement.Describe(numbers.ValueOf)}");
        }
    }

    public override string ToString() => $"{_definition.Name}({string.Join(", ", _arguments.Select(Describe))})"
        + (_sample.Sizes.Count == 0 ? "" : $" with {string.Join(", ", _sample.Sizes.Select(size => $"{size.Key} = {size.Value}"))}");

    private TensorType[] RunFake(EquatableArray<Argument> arguments, EquatableArray<TensorType> types, out IReadOnlyList<Requirement> requirements)
    {
        var context = new FakeContext();
        var results = context.Run(_definition, new FakeArguments(arguments.AsSpan(), types.AsSpan()), NodeSource.None);
        requirements = context.Requirements;
        return results;
    }

    private Tensor[][] RunKernel(Implementation kernel, RankRunner? runner, byte poison)
    {
        int results = RunFake(_arguments, _sample.Types, out _).Length;
        Tensor[] OnRank(int rank) => new PoisonAllocator(poison).Run(() =>
        {
            var tensors = _sample.TensorsOnRank[rank];
            var before = tensors.Select(tensor => tensor.ReadOnlyBytes().ToArray()).ToArray();
            var outputs = new Tensor[results];
            try
            {
                kernel.Function(KernelArguments.Bind(_arguments, value => tensors[value.Id], _sample.ValueOf), outputs);
            }
            catch (Exception exception) when (exception is not (ImplementationException or OperatorCheckException))
            {
                // Of several implementations, which one it was.
                throw new OperatorCheckException($"{kernel.Id} kernel: {exception.GetType().Name}: {exception.Message.TrimEnd()}", exception);
            }

            MemoryRules.Check(kernel, tensors, before, outputs);
            return outputs;
        });
        bool inGroup = _sample.Ranks > 1 || _definition.Has(OperatorTraits.Collective) || _definition.Has(OperatorTraits.RankDependent);
        if (inGroup && runner is not null)
            return runner(_sample.Ranks, OnRank);
        return _sample.Ranks == 1 ? [OnRank(0)] : throw new OperatorCheckException(
            $"the sample takes {_sample.Ranks} ranks: expected a runner that starts them");
    }

    private static void CompareRuns(Implementation kernel, Tensor[][] first, Tensor[][] second)
    {
        for (int rank = 0; rank < first.Length; rank++)
        {
            for (int i = 0; i < first[rank].Length; i++)
            {
                if (!first[rank][i].ReadOnlyBytes().SequenceEqual(second[rank][i].ReadOnlyBytes()))
                    throw new OperatorCheckException($"{kernel.Id} kernel: result {i} differs between two runs in memory with other contents: an element is not written, or the kernel is not deterministic");
            }
        }
    }

    private static void CompareWithOracle(Implementation kernel, Tensor[][] given, Tensor[][] oracle)
    {
        for (int rank = 0; rank < given.Length; rank++)
        {
            for (int i = 0; i < given[rank].Length; i++)
            {
                if (Agreement.Difference(given[rank][i], oracle[rank][i]) is { } difference)
                    throw new OperatorCheckException($"{kernel.Id} kernel: result {i} differs from the reference: {difference}");
            }
        }
    }

    private string Describe(Argument argument) => argument switch
    {
        TensorArgument tensor => _sample.Types[tensor.Value.Id].ToString(),
        TensorListArgument list => $"[{string.Join(", ", list.Items.Select(item => item is { } value ? _sample.Types[value.Id].ToString() : "none"))}]",
        DimArgument dim => dim.Dim.ToString(),
        DimListArgument dims => $"[{string.Join(", ", dims.Items)}]",
        FloatArgument number => FloatText.Format(number.Number),
        FloatListArgument list => $"[{string.Join(", ", list.Items.Select(FloatText.Format))}]",
        BoolArgument truth => truth.Truth ? "true" : "false",
        BoolListArgument list => $"[{string.Join(", ", list.Items)}]",
        StringArgument text => $"\"{text.Text}\"",
        ScalarArgument scalar => scalar.Scalar.ToString(),
        DTypeArgument dtype => dtype.DType.Name(),
        _ => "none",
    };
}
