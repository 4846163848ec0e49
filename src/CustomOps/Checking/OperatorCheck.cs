using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Checking;

/// <summary>Compares an operator's fake with its kernels on generated inputs.</summary>
/// <remarks>
/// For every sample: the fake on symbolic types, evaluated at the sizes drawn, the fake on the known sizes, and the result
/// of every implementation that dispatch would call agree in number, element types and sizes; requirements that the fake leaves hold; no result shares
/// memory with an input or another result, or is a part of a larger block; inputs are unchanged; and a second run, in memory
/// filled with other bytes, gives the same bytes. What the implementations compute agrees with the reference's, up to
/// rounding: see <see cref="Agreement"/>.
/// </remarks>
public static class OperatorCheck
{
    /// <summary>Checks an operator on many samples.</summary>
    /// <param name="definition">The operator. One without an input generator, or without a kernel, fails.</param>
    /// <param name="samples">How many samples to draw.</param>
    /// <param name="seed">Where the samples begin; sample i is drawn from seed + i.</param>
    /// <param name="runner">Runs samples that take several ranks; such a sample fails where it is null.</param>
    /// <param name="dispatcher">Knows the implementations; the process's own where it is null.</param>
    /// <returns>What was found; errors of the operator are failures in it.</returns>
    public static OperatorCheckResult Run(OperatorDefinition definition, int samples, int seed, RankRunner? runner = null, Dispatcher? dispatcher = null)
    {
        var failures = new List<OperatorCheckFailure>();
        var declined = new DeclinedSamples();
        int passed = 0;
        for (int i = 0; i < samples; i++)
        {
            if (RunSample(definition, seed + i, runner, dispatcher ?? Dispatcher.Default, declined) is { } failure)
                failures.Add(failure);
            else
                passed++;
            if (definition.Sample is null)
                break;
        }

        foreach (string id in declined.Always)
            failures.Add(new(seed, definition.Name, $"{id} kernel: it declined every sample that dispatch would give it", 0));
        return new(definition.Name, passed, failures.OrderBy(failure => failure.Elements).ToEquatableArray());
    }

    /// <summary>Checks an operator on the sample that a seed draws.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static OperatorCheckFailure? RunSample(OperatorDefinition definition, int seed, RankRunner? runner = null, Dispatcher? dispatcher = null) =>
        RunSample(definition, seed, runner, dispatcher ?? Dispatcher.Default, new());

    private static OperatorCheckFailure? RunSample(OperatorDefinition definition, int seed, RankRunner? runner, Dispatcher dispatcher, DeclinedSamples declined)
    {
        string call = definition.Name;
        long elements = 0;
        try
        {
            if (definition.Sample is not { } draw)
                throw new OperatorCheckException("there is no input generator: add a method OperatorSample Sample(SampleBuilder s) to the operator's class");
            var sample = new SampleCall(definition, draw(new SampleBuilder(new Random(seed))));
            call = sample.ToString();
            elements = sample.Elements;
            var resolution = dispatcher.Resolve(definition, sample.DTypes);
            if (resolution.Candidates.Count == 0)
                throw new OperatorCheckException("there is no implementation: add a method with [Kernel(Backend.Reference)] to the operator's class");
            if (resolution.Chosen is null)
                throw resolution.None();
            sample.Check(resolution.Usable.ToArray(), runner, declined);
            return null;
        }
#pragma warning disable CA1031 // Whatever an operator throws is its failure, and is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            string message = exception is OperatorCheckException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
            return new(seed, call, message, elements);
        }
    }
}
