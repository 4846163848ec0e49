namespace Evergraph.Graph.Tests.Tensors;

public class TensorTests
{
    [Fact]
    public void Elements_are_row_major_and_typed()
    {
        var tensor = Tensor.From([1f, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal("float32[2, 3]", tensor.ToString());
        Assert.Equal(6, tensor.Elements);
        Assert.Equal(4f, tensor.ReadOnlySpan<float>()[3]);
        Assert.Equal("a float32[2, 3] does not hold Int64: its elements are float32", Assert.Throws<EvergraphException>(() => tensor.Span<long>().Length).Message);
    }

    [Theory]
    [InlineData("a tensor of sizes [2, 3] has 6 elements: given 1", 2L, 3L)]
    [InlineData("a tensor's sizes are at least 0: given [-1]", -1L)]
    [InlineData("a tensor of sizes [4611686018427387904, 4611686018427387904] has too many elements: expected at most 2147483647", 1L << 62, 1L << 62)]
    public void Sizes_that_do_not_fit_are_refused(string message, params long[] sizes) =>
        Assert.Equal(message, Assert.Throws<EvergraphException>(() => Tensor.From([1f], sizes)).Message);

    [Fact]
    public void A_huge_size_beside_a_zero_is_empty() => Assert.Equal(0, Tensor.Empty(DType.Int8, 1L << 62, 1L << 62, 0).Elements);

    [Fact]
    public void A_tensor_must_lie_inside_its_storage()
    {
        var storage = Storage.Wrap(new byte[8]);
        new Tensor(DType.Float32, [1], storage, 4).Span<float>()[0] = 1;
        Assert.Equal(0x3F, storage.Read(7, 1)[0]);
        Assert.Contains("needs 8 bytes: the storage has 8", Assert.Throws<EvergraphException>(() => new Tensor(DType.Float32, [2], storage, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Joined_parts_read_as_one_block()
    {
        Storage first = Storage.Wrap([0, 1, 2, 3]), second = Storage.Wrap([4, 5, 6, 7]);
        var joined = Storage.Join((first, 1, 3), (second, 0, 0), (second, 0, 2));
        Assert.Equal(5, joined.Length);
        byte[] across = new byte[3];
        joined.CopyTo(1, across);
        Assert.Equal([2, 3, 4], across);

        // Not copied yet: what copies next sees what is in the parts now.
        second.Write(0, 1)[0] = 9;
        joined.CopyTo(2, across);
        Assert.Equal([3, 9, 5], across);
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.CopyTo(3, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => joined.CopyTo(-1, new byte[3]));

        // From the first reading on it has memory of its own.
        Assert.Equal([1, 2, 3, 9, 5], joined.Read(0, 5).ToArray());
        second.Write(0, 1)[0] = 4;
        joined.CopyTo(2, across);
        Assert.Equal([3, 9, 5], across);
        joined.Write(0, 1)[0] = 8;
        Assert.Equal([8, 2], joined.Read(0, 2).ToArray());
        Assert.Equal(1, first.Read(1, 1)[0]);
    }

    [Fact]
    public void Joined_parts_can_be_pinned_and_joined_again()
    {
        var inner = Storage.Join((Storage.Wrap([1, 2]), 0, 2), (Storage.Wrap([3, 4]), 0, 2));
        var outer = Storage.Join((inner, 1, 2), (Storage.Wrap([5]), 0, 1));
        using var pin = outer.Pin();
        unsafe
        {
            Assert.Equal([2, 3, 5], new ReadOnlySpan<byte>((void*)pin.Pointer, 3).ToArray());
        }
    }

    [Fact]
    public void Mapped_memory_is_not_written()
    {
        unsafe
        {
            fixed (byte* bytes = new byte[4])
            {
                var tensor = new Tensor(DType.UInt8, [4], Storage.Map((nint)bytes, 4, new object()));
                Assert.Contains("read-only", Assert.Throws<InvalidOperationException>(() => tensor.Span<byte>().Length).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_allocator_in_force_gives_the_memory()
    {
        var given = new Fixed(Storage.Allocate(64));
        var previous = TensorAllocator.Exchange(given);
        try
        {
            Assert.Same(given.Storage, Tensor.Empty(DType.Float32, 4).Storage);
        }
        finally
        {
            TensorAllocator.Exchange(previous);
        }

        Assert.NotSame(given.Storage, Tensor.Empty(DType.Float32, 4).Storage);
    }

    private sealed class Fixed(Storage storage) : TensorAllocator
    {
        public Storage Storage => storage;

        public override Storage Allocate(long bytes) => storage;
    }
}
