using Evergraph.Runtime.Cuda.Compilation;

namespace Evergraph.Runtime.Tests.Cuda.Compilation;

public sealed class CompilationTargetTests
{
    [Theory]
    [InlineData("sm_80", "sm_80", 50, 80, 86, 90)]
    [InlineData("sm_90a", "sm_90a", 80, 90, 100)]
    [InlineData("sm_100a", "sm_100a", 90, 100)]
    [InlineData("sm_89", "sm_86", 75, 80, 86)] // machine code of the same generation
    [InlineData("sm_103a", "sm_100", 90, 100)] // and without what only 10.0 has
    [InlineData("sm_100a", "compute_90", 80, 90)] // PTX of the one before
    [InlineData("sm_120a", "compute_103", 90, 103, 100)]
    [InlineData("sm_80", "compute_75", 75, 86, 90)]
    public void TheNearestThatNvrtcKnows(string architecture, string target, params int[] supported)
    {
        var nearest = CompilationTarget.Nearest(architecture, supported);
        Assert.Equal(target, nearest?.Name);
        Assert.Equal(target.StartsWith("compute", StringComparison.Ordinal), nearest?.IsPtx);
    }

    [Theory]
    [InlineData("sm_70", 75, 80)]
    [InlineData("sm_70")]
    public void NvrtcKnowsNewerOnesOnly(string architecture, params int[] supported) => Assert.Null(CompilationTarget.Nearest(architecture, supported));

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("sm_")]
    [InlineData("sm_9.0")]
    [InlineData("compute_90")]
    public void NoArchitecture(string given)
    {
        var error = Assert.Throws<ArgumentException>(() => { _ = CompilationTarget.Nearest(given, [90]); });
        Assert.StartsWith($"architecture: expected one such as sm_80 or sm_90a, given {given}", error.Message, StringComparison.Ordinal);
    }
}
