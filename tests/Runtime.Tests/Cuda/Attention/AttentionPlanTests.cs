using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Attention;

namespace Evergraph.Runtime.Tests.Cuda.Attention;

public sealed class AttentionPlanTests
{
    private const int Hopper = 227 * 1024;

    [Theory]
    [InlineData(DType.BFloat16, 128, 128, "sm_90a", true, 2)]
    [InlineData(DType.Float16, 96, 96, "sm_90a", true, 2)]
    [InlineData(DType.Float16, 128, 128, "sm_80", false, 2)]
    [InlineData(DType.BFloat16, 256, 256, "sm_90a", false, 1)]
    [InlineData(DType.BFloat16, 264, 64, "sm_90a", false, 0)]
    [InlineData(DType.BFloat16, 100, 100, "sm_90a", false, 0)]
    [InlineData(DType.BFloat16, 128, 128, "sm_75", false, 0)]
    [InlineData(DType.Float32, 128, 128, "sm_90a", false, 0)]
    public void TensorCoresWhereTheyServe(DType type, int headSize, int valueSize, string architecture, bool warpgroups, int tiles)
    {
        var plan = new AttentionPlan(new(type, headSize, valueSize, null, Causal: true, null), architecture, 132, Hopper);
        Assert.Equal(tiles, plan.Tiles.Count);
        Assert.Equal(warpgroups, plan.Tiles.Any(tile => tile.Design != AttentionDesign.TensorCores));
        Assert.Equal(tiles == 0 ? 1 : tiles + 2, plan.Sources.Count);
        Assert.Equal("attention_plain", plan.Sources[0].Name);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(1e-40)]
    public void AScaleThatFloat32DoesNotHoldIsForThePlainKernel(double scale) =>
        Assert.Empty(new AttentionPlan(new(DType.BFloat16, 64, 64, null, Causal: false, scale), "sm_90a", 132, Hopper).Tiles);

    [Fact]
    public void TilesThatDoNotFitAreLeftOut()
    {
        // 99 KiB, as compute capability 8.6 has.
        var plan = new AttentionPlan(new(DType.BFloat16, 256, 256, DType.Bool, Causal: false, null), "sm_86", 84, 99 * 1024);
        Assert.NotEmpty(plan.Tiles);
        Assert.All(plan.Tiles, tile => Assert.InRange(tile.SharedBytes(256, 256), 1, 99 * 1024));
    }

    // What was fastest on an H200 with 16 query heads and 8 key heads of size 128.
    [Theory]
    [InlineData("sm_90a", 4096, 4096, true, 0, 1, 0)]
    [InlineData("sm_90a", 1500, 1500, true, 0, 1, 0)]
    [InlineData("sm_90a", 1000, 1000, true, 1, 1, 132)]
    [InlineData("sm_90a", 64, 64, true, 1, 1, 0)]
    [InlineData("sm_90a", 1, 4096, false, 1, 16, 0)]
    [InlineData("sm_80", 4096, 4096, true, 0, 1, 0)]
    [InlineData("sm_80", 1500, 1500, true, 1, 1, 0)]
    public void ASchedule(string architecture, int queries, int keys, bool causal, int tile, int splits, int fold)
    {
        var plan = new AttentionPlan(new(DType.BFloat16, 128, 128, null, causal, null), architecture, 132, Hopper);
        var schedule = plan.Schedule(new(1, 16, 8, queries, keys, 128, 128));
        Assert.Equal((tile, splits, (uint)fold), (schedule.Tile, schedule.Splits, schedule.Fold));
    }

    [Fact]
    public void AScheduleCoversAllRowsAndKeys()
    {
        int seed = Random.Shared.Next();
        for (int i = 0; i < 500; i++)
        {
            var random = new Random(seed + i);
            var plan = new AttentionPlan(new(DType.BFloat16, 128, 128, null, Causal: random.Next(2) == 0, null), random.Next(2) == 0 ? "sm_90a" : "sm_80", random.Next(1, 200), Hopper);
            int keyHeads = random.Next(1, 9);
            var sizes = new AttentionSizes(random.Next(1, 9), keyHeads * random.Next(1, 9), keyHeads, random.Next(1, 5000), random.Next(10000), 128, 128);
            var schedule = plan.Schedule(sizes);
            var tile = plan.Tiles[schedule.Tile];
            string place = $"seed {seed + i}, {sizes}, {schedule}, {tile}";
            Assert.True(schedule.RowTiles == (sizes.Rows + tile.Rows - 1) / tile.Rows, place);
            Assert.True((long)schedule.Splits * schedule.TilesPerSplit * tile.Keys >= sizes.Keys, place);
            Assert.True(schedule.Fold == 0 || (schedule.RowTiles * sizes.Pairs > schedule.Fold && schedule.RowTiles * sizes.Pairs <= 2 * schedule.Fold), place);
            Assert.True(schedule.Splits == 1 || (long)(schedule.Splits - 1) * schedule.TilesPerSplit * tile.Keys < sizes.Keys, place);
            Assert.True(
                plan.WorkspaceBytes(sizes) == (schedule.Splits == 1 ? 0 : 4L * schedule.Splits * sizes.Batch * sizes.Heads * sizes.Queries * 130), place);
        }
    }

    [Fact]
    public void WithoutRowsNothingIsNeeded() =>
        Assert.Equal(0, new AttentionPlan(new(DType.BFloat16, 128, 128, null, Causal: false, null), "sm_90a", 132, Hopper).WorkspaceBytes(new(1, 2, 2, 0, 9000, 128, 128)));

    [Fact]
    public void ElementTypesThatItDoesNotTake()
    {
        var error = Assert.Throws<EvergraphException>(() => new AttentionPlan(new(DType.Float32, 8, 8, DType.Int32, Causal: false, null), "sm_90a", 132, Hopper));
        Assert.Equal("attention on a GPU: expected operands of a floating type and a mask of one or bool, given int32; convert it before", error.Message);
    }
}
