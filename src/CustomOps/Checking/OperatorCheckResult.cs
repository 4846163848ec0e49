namespace Evergraph.CustomOps.Checking;

/// <summary>What a check of one operator found.</summary>
/// <param name="Operator">The operator's full name.</param>
/// <param name="Passed">How many samples passed.</param>
/// <param name="Failures">The samples that failed, the smallest first.</param>
public sealed record OperatorCheckResult(string Operator, int Passed, EquatableArray<OperatorCheckFailure> Failures)
{
    /// <summary>Whether every sample passed, and there was one.</summary>
    public bool IsSound => Failures.Length == 0 && Passed > 0;

    /// <summary>One line per failure, or how many samples passed.</summary>
    public override string ToString() => Failures.Length == 0
        ? $"{Operator}: {Passed} passed"
        : $"{Operator}: {Passed} passed, {Failures.Length} failed\n{string.Join('\n', Failures.Take(3).Select(failure => $"  {failure}"))}";
}

/// <summary>One sample that an operator failed.</summary>
/// <param name="Seed">The seed that draws the sample again: <c>OperatorCheck.RunSample(definition, seed)</c>.</param>
/// <param name="Call">The call: arguments with the sizes that were drawn.</param>
/// <param name="Message">What is wrong: expected and given.</param>
/// <param name="Elements">How many elements the operands have; small samples are easier to read.</param>
public sealed record OperatorCheckFailure(int Seed, string Call, string Message, long Elements)
{
    /// <summary>The call, what is wrong, and the seed.</summary>
    public override string ToString() => $"{Call}: {Message} (seed {Seed})";
}
