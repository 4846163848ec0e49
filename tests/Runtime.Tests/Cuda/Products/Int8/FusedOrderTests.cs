using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Tests.Cuda.Device;

namespace Evergraph.Runtime.Tests.Cuda.Products.Int8;

[Collection(CudaTest.Name)]
public sealed unsafe class FusedOrderTests(ITestOutputHelper output)
{
    // The others' first wave and one more, then own ones and the others' in turn: 2 ranks, 5 tiles for each, 2 blocks.
    [Fact]
    public void Own_tiles_come_a_wave_later()
    {
        using var order = new Order();
        Assert.Equal("0 1 2 3 | 0 1 | 4 | 2 3 4", order.Text(tiles: 5, others: 1, width: 2));
        Assert.Equal("0>0 0>1 1>0 1>1 0>2 0>3 | 0 1 | 1>2 1>3 0>4 1>4 | 2 3 4", order.Text(tiles: 5, others: 2, width: 2));
        Assert.Equal("0 1 2 | 0 1 2", order.Text(tiles: 3, others: 1, width: 132));
    }

    /// <summary>Otherwise a rank could wait for a tile that comes later at another one, which waits for it.</summary>
    [Fact]
    public void Every_tile_comes_once_and_what_an_own_one_waits_for_before_it()
    {
        int seed = Random.Shared.Next(1 << 20);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var order = new Order();
        for (int i = 0; i < 200; i++)
        {
            int tiles = random.Next(1, 500), others = random.Next(1, 8), width = random.Next(1, 140);
            var places = new Dictionary<(int, int), int>();
            foreach (var (place, at) in order.Places(tiles, others, width).Select((place, at) => (place, at)))
                Assert.True(places.TryAdd(place, at), $"seed {seed}: {tiles} tiles, {others} others, {width} blocks: {place} is there twice");
            for (int tile = 0; tile < tiles; tile++)
            {
                for (int step = 0; step < others; step++)
                    Assert.True(places[(step, tile)] < places[(others, tile)], $"seed {seed}: {tiles} tiles, {others} others, {width} blocks: tile {tile}, step {step}");
            }
        }
    }

    /// <summary>What <c>fused_order.cuh</c> says.</summary>
    private sealed class Order : IDisposable
    {
        private const int Most = 8 * 500;

        private readonly KernelLibrary _library;
        private readonly CudaStream _stream;
        private readonly DeviceMemory _memory;
        private readonly CudaFunction _kernel;

        public Order()
        {
            var device = CudaTest.CompilingDevice;
            string text = KernelResources.Read("prelude.cuh") + KernelResources.Read("fused_order.cuh") + """
                struct Given { int* places; int tiles, others, width; };
                extern "C" __global__ void order(Given given)
                {
                    for (int i = 0; i < given.tiles * (given.others + 1); i++)
                    {
                        const FusedOrder order(i, given.tiles, given.others, given.width);
                        given.places[2 * i] = order.step;
                        given.places[2 * i + 1] = order.tile;
                    }
                }
                """;
            (_library, _stream, _memory) = (new(device, cacheFolder: ""), CudaStream.Create(device), DeviceMemory.Allocate(device, 2 * Most * sizeof(int)));
            _kernel = _library.Compile([new("order", text, [])])[0];
        }

        public IReadOnlyList<(int Step, int Tile)> Places(int tiles, int others, int width)
        {
            var given = (Places: _memory.Address, tiles, others, width);
            _kernel.Launch(_stream, 1, 1, 1, 1, 0, &given);
            int[] words = [.. Words.Read(_stream, _memory.Address, 2 * tiles * (others + 1))];
            return [.. words.Chunk(2).Select(pair => (pair[0], pair[1]))];
        }

        public string Text(int tiles, int others, int width)
        {
            string text = "";
            bool wasOwn = false;
            foreach (var (step, tile) in Places(tiles, others, width))
            {
                bool isOwn = step == others;
                text += (text.Length == 0 ? "" : isOwn != wasOwn ? " | " : " ") + (others > 1 && !isOwn ? $"{step}>" : "") + tile;
                wasOwn = isOwn;
            }

            return text;
        }

        public void Dispose()
        {
            _memory.Dispose();
            _stream.Dispose();
            _library.Dispose();
        }
    }
}
