using Evergraph.CustomOps.Checking;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.CustomOps.Tests.Checking;

/// <summary>Fake against kernels for every operator of the assembly; nothing is left out by name.</summary>
public class EveryOperatorTests
{
    private const int Samples = 40;

    private static readonly OperatorRegistry Registry = new OperatorRegistry().Register(typeof(Promotion).Assembly);

    public static TheoryData<string> Names => [.. Registry.Operators.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fake_is_real(string name)
    {
        var result = OperatorCheck.Run(Registry.Find(name), Samples, seed: 20_000, OnRanks);

        Assert.True(result.IsSound, result.ToString());
        Assert.Equal(Samples, result.Passed);
    }

    private static Tensor[][] OnRanks(int ranks, Func<int, Tensor[]> onRank) => RankThreads.Run(ranks, group => onRank(group.Rank));

    [Fact]
    public void Every_class_that_declares_an_operator_is_walked()
    {
        int declared = typeof(Promotion).Assembly.GetTypes().Count(type => type.GetCustomAttributes(typeof(CustomOpAttribute), inherit: false).Length > 0);

        Assert.Equal(declared, Names.Count);
        Assert.True(declared > 100, $"only {declared} operators");
    }
}
