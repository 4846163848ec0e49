using System.Diagnostics;
using System.Runtime.CompilerServices;
using Evergraph.CustomOps;
using Evergraph.Graph;

namespace Evergraph.Runtime.Tests;

/// <summary>A process of its own that is a rank: this test executable, told by an environment variable what to do instead of tests.</summary>
internal sealed class RankProcess : IDisposable
{
    private const string RoleVariable = "EVERGRAPH_TEST_RANK_ROLE";

    private readonly Process _process;

    /// <param name="role">What it does, one of <see cref="Play"/>'s.</param>
    /// <param name="path">Where it meets the others.</param>
    /// <param name="rank">Its rank.</param>
    /// <param name="size">How many there are.</param>
    /// <param name="seconds">Its timeout.</param>
    public RankProcess(string role, string path, int rank, int size, double seconds = 3600)
    {
        string program = Path.ChangeExtension(typeof(RankProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment[RoleVariable] = role;
        start.Environment[LocalProcessGroup.RankVariable] = $"{rank}";
        start.Environment[LocalProcessGroup.RanksVariable] = $"{size}";
        start.Environment[LocalProcessGroup.RendezvousVariable] = path;
        start.Environment[LocalProcessGroup.TimeoutVariable] = $"{seconds}";
        _process = Process.Start(start)!;
    }

    /// <summary>The next line that it printed.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [ModuleInitializer]
    internal static void PlayInstead()
    {
        if (Environment.GetEnvironmentVariable(RoleVariable) is not { } role)
            return;
        try
        {
            Play(role);
        }
        catch (ProcessGroupException exception)
        {
            Console.WriteLine(exception.Message);
        }

        Environment.Exit(0);
    }

    private static void Play(string role)
    {
        using var group = LocalProcessGroup.FromEnvironment();
        Console.WriteLine(Sum(group, 100_000));
        switch (role)
        {
            case "sum":
                break;
            case "sum and wait":
                Console.ReadLine();
                break;
            case "sum for ever":
                while (true)
                    Sum(group, 10_000_000);
            default:
                throw new ArgumentException($"unknown role {role}", nameof(role));
        }
    }

    /// <summary>An all-reduce of the ranks' numbers from 1.</summary>
    public static float Sum(LocalProcessGroup group, int elements)
    {
        var x = Tensor.Empty(DType.Float32, elements);
        x.Span<float>().Fill(group.Rank + 1);
        var sum = Tensor.Empty(DType.Float32, elements);
        group.AllReduce(new("evergraph::test", x), x, sum);
        return sum.ReadOnlySpan<float>()[^1];
    }
}
