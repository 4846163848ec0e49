using Evergraph.CustomOps.Dispatch;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;

namespace Evergraph.Runtime.Tests;

/// <summary>Every operator there is runs inside a session and gives the very bytes that it gives outside.</summary>
public sealed class RegistryTests
{
    private const int Samples = 5;

    public static TheoryData<string> Operators => [.. new CompileOptions().Operators.Operators.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void AnOperatorRunsAsCSharpCode(string name)
    {
        InSession.Require();
        var definition = new CompileOptions().Operators.Find(name);
        Assert.NotNull(definition.Sample);
        int seed = Random.Shared.Next();
        for (int i = 0; i < Samples; i++)
        {
            var sample = definition.Sample(new SampleBuilder(new Random(seed + i)));
            var arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
            string place = $"{name}, seed {seed + i}";
            var expected = RunOutside(definition, arguments, sample);
            Compare(place, expected, RunInSession(place, definition, arguments, sample, sample.Types, isSymbolic: true));
            var known = sample.Types.Select(type => new TensorType(type.DType, Shape.FromSizes(type.Shape.Evaluate(sample.ValueOf)))).ToEquatableArray();
            var constants = arguments.Select(argument => argument.Substitute(symbol => sample.ValueOf(symbol))).ToEquatableArray();
            Compare($"{place}, constant sizes", expected, RunInSession(place, definition, constants, sample, known, isSymbolic: false));
        }
    }

    private static Tensor[][] RunOutside(OperatorDefinition definition, EquatableArray<Argument> arguments, OperatorSample sample)
    {
        int count = new FakeContext().Run(definition, new FakeArguments(arguments.AsSpan(), sample.Types.AsSpan()), NodeSource.None).Length;
        var dtypes = sample.Types.Aggregate(DTypeSet.None, (set, type) => set.With(type.DType));
        return RankThreads.Run(sample.Ranks, group =>
        {
            var tensors = sample.TensorsOnRank[group.Rank];
            var results = new Tensor[count];
            new DispatchSite(definition).Call(null, KernelArguments.Bind(arguments, value => tensors[value.Id], sample.ValueOf), dtypes, results);
            return results;
        });
    }

    private static Tensor[][] RunInSession(
        string place, OperatorDefinition definition, EquatableArray<Argument> arguments, OperatorSample sample, EquatableArray<TensorType> types, bool isSymbolic)
    {
        try
        {
            var builder = new GraphBuilder();
            for (int i = 0; i < types.Length; i++)
                builder.AddInput(new($"x{i}", types[i]));

            // Sizes may be expressions over symbols that stand nowhere alone: each symbol comes as a number too.
            var symbols = isSymbolic ? sample.Sizes.Keys.ToArray() : [];
            foreach (var symbol in symbols)
                builder.AddInput(Model.Number($"number_{symbol.Name}", symbol));
            var results = builder.Add(definition, arguments, new("layers.3", "model.py", 7));
            for (int i = 0; i < results.Length; i++)
                builder.AddOutput(new($"result{i}", results[i]));
            using var compiled = InSession.Compile(builder.Build(), sample.Ranks, threads: 2);
            Assert.True(KernelFailure.Take() is null, $"{place}: the fake refused while ONNX Runtime inferred types");
            return RankThreads.Run(sample.Ranks, group =>
            {
                Tensor[] inputs = [.. sample.TensorsOnRank[group.Rank], .. symbols.Select(symbol => Tensor.Scalar(sample.ValueOf(symbol)))];
                compiled.Run(inputs, group);
                return compiled.Run(inputs, group);
            });
        }
        catch (EvergraphException exception)
        {
            throw new InvalidOperationException($"{place}: {exception.Message}", exception);
        }
    }

    private static void Compare(string place, Tensor[][] expected, Tensor[][] given)
    {
        for (int rank = 0; rank < expected.Length; rank++)
        {
            Assert.Equal(expected[rank].Length, given[rank].Length);
            for (int i = 0; i < expected[rank].Length; i++)
            {
                Assert.True(expected[rank][i].Type == given[rank][i].Type, $"{place}: rank {rank}, result {i}: expected {expected[rank][i]}, given {given[rank][i]}");
                Assert.True(expected[rank][i].ReadOnlyBytes().SequenceEqual(given[rank][i].ReadOnlyBytes()), $"{place}: rank {rank}, result {i}: other numbers");
            }
        }
    }
}
