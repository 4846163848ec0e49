using System.Diagnostics;
using System.Globalization;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

/// <summary>
/// Imports damaged files. Each must end in a graph that verifies or in a typed error, soon, and without much memory.
/// EVERGRAPH_FUZZ_SEED and EVERGRAPH_FUZZ_COUNT run others than the default ones.
/// </summary>
internal static class CorruptionRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private const long MaxBytes = 512L << 20;

    public static void Import(string[] fixtures, OperatorRegistry registry, int count, int firstSeed)
    {
        firstSeed = Setting("EVERGRAPH_FUZZ_SEED", firstSeed);
        count = Setting("EVERGRAPH_FUZZ_COUNT", count);
        using var folder = new TempFolder();
        Corruption[] sources = [.. fixtures.Select(static f => new Corruption(Fixture.Path(f)))];
        foreach (string fixture in fixtures)
            TorchExportImporter.Import(Fixture.Path(fixture), registry);
        int imported = 0;
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var (file, what) = sources[seed % fixtures.Length].Make(seed);
            string path = folder.Write("m.pt2", file);
            string place = $"seed {seed}, {fixtures[seed % fixtures.Length]}: {what}";
            long before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            imported += Import(path, registry, place) ? 1 : 0;
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxBytes, $"{place}: allocated {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
            if (clock.Elapsed < Limit)
                continue;
            // A machine that is busy with other tests can be slow once.
            clock.Restart();
            Import(path, registry, place);
            Assert.True(clock.Elapsed < Limit, $"{place}: took {clock.Elapsed}");
        }
        // Damage to weights and metadata is not seen, so some must pass; if all do, or none, the damage is not what it should be.
        Assert.InRange(imported, 1, count - 1);
    }

    /// <summary>Whether there is a graph.</summary>
    private static bool Import(string path, OperatorRegistry registry, string place)
    {
        try
        {
            IReadOnlyList<GraphFault> faults = GraphVerifier.Verify(TorchExportImporter.Import(path, registry).Graph);
            Assert.True(faults.Count == 0, $"{place}: {string.Join("; ", faults.Take(3).Select(static f => f.Message))}");
            return true;
        }
        catch (EvergraphException)
        {
            return false;
        }
        catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{place}: expected a typed error, given {fault}");
            throw;
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
