using Evergraph.CustomOps.Aten;
using Evergraph.CustomOps.Kernels;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests.Kernels;

public class BroadcastTests
{
    private static readonly Dim S = new Symbol("s", 0, 100);
    private static readonly Dim T = new Symbol("t", 0, 100);

    [Fact]
    public void Equal_sizes_stay_and_the_constant_1_is_repeated()
    {
        Assert.Equal(Shape.Of(S, T, 4), Broadcast.Shapes([S, 1, 4], [T, 1]));
        Assert.Equal(Shape.Of(2 * S, 3), Broadcast.Shapes([S + S, 3], [2 * S, 3]));
        Assert.Equal(Shape.Of(S), Broadcast.Shapes(Shape.Scalar, [S]));
        Assert.Equal(Shape.Of(0), Broadcast.Shapes([0], [1]));
        Assert.Equal(Shape.Of(S, T, 5), Broadcast.Shapes([5], [T, 1], [S, 1, 1]));
    }

    [Fact]
    public void Sizes_that_may_be_equal_become_a_requirement()
    {
        var context = new FakeContext();

        var types = context.Run(AddTensor.Definition, Call([S, 4], [T, 4]), NodeSource.None);

        Assert.Equal("float32[s, 4]", types[0].ToString());
        Assert.Equal("aten::add.Tensor: sizes cannot be broadcast: expected t, given s", Assert.Single(context.Requirements).Describe());
    }

    [Fact]
    public void A_symbol_that_could_be_1_is_not_taken_for_1()
    {
        var context = new FakeContext();

        var types = context.Run(AddTensor.Definition, Call([S], [7]), NodeSource.None);

        Assert.Equal("float32[7]", types[0].ToString());
        Assert.Equal("aten::add.Tensor: sizes cannot be broadcast: expected 7, given s", Assert.Single(context.Requirements).Describe());
    }

    [Fact]
    public void Sizes_that_differ_are_refused()
    {
        var error = Assert.Throws<ShapeException>(() => AddTensor.Invoke(Tensor.Zeros(DType.Float32, 2, 3), Tensor.Zeros(DType.Float32, 2, 4)));

        Assert.Matches(@"^aten::add\.Tensor at \(BroadcastTests\.cs:\d+\): sizes cannot be broadcast: expected 4, given 3$", error.Message);
    }

    [Fact]
    public void A_source_that_does_not_expand_to_its_target_is_refused()
    {
        var larger = Assert.Throws<ShapeException>(() => Copy.Invoke(Tensor.Zeros(DType.Float32, 2), Tensor.Zeros(DType.Float32, 1, 2)));
        Assert.EndsWith("cannot be broadcast to [2]: expected at most 1 dimensions, given 2", larger.Message, StringComparison.Ordinal);
        var other = Assert.Throws<ShapeException>(() => Copy.Invoke(Tensor.Zeros(DType.Float32, 1), Tensor.Zeros(DType.Float32, 2)));
        Assert.EndsWith("size of dimension 0 cannot be broadcast: expected 1, given 2", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_visit_every_element_once_with_the_right_operands()
    {
        const int seed = 4711;
        var random = new Random(seed);
        for (int round = 0; round < 500; round++)
        {
            var sizes = Enumerable.Range(0, random.Next(0, 6)).Select(_ => (long)random.Next(0, 4)).ToArray();
            var operands = Enumerable.Range(0, 3).Select(_ => Shrink(random, sizes)).ToArray();
            var visited = new HashSet<long>();
            var runs = new BroadcastRuns(sizes, operands[0], operands[1], operands[2]);
            while (runs.MoveNext())
            {
                for (int i = 0; i < runs.Length; i++)
                {
                    long element = runs.Start + i;
                    Assert.True(visited.Add(element), $"seed {seed}, round {round}: element {element} twice");
                    for (int operand = 0; operand < 3; operand++)
                    {
                        long given = runs.StartOf(operand) + (runs.IsRepeated(operand) ? 0 : i);
                        Assert.True(Place(sizes, operands[operand], element) == given, $"seed {seed}, round {round}, element {element}, operand {operand}");
                    }
                }
            }

            Assert.Equal(sizes.Aggregate(1L, (product, size) => product * size), visited.Count);
        }
    }

    [Fact]
    public void A_run_can_be_reached_from_anywhere()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            long[] sizes = [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (long)random.Next(1, 4))];
            long[] a = Repeat(sizes), b = Repeat(sizes);
            var walked = new List<(int Start, int A, int B)>();
            var runs = new BroadcastRuns(sizes, a, b);
            while (runs.MoveNext())
                walked.Add((runs.Start, runs.StartOf(0), runs.StartOf(1)));

            Assert.Equal(walked.Count, runs.Count);
            for (int first = 0; first < walked.Count; first++)
            {
                // Among others, then on from there.
                runs.MoveTo(random.Next(walked.Count));
                runs.MoveTo(first);
                for (int run = first; run < walked.Count; run++)
                {
                    Assert.Equal((seed, walked[run]), (seed, (runs.Start, runs.StartOf(0), runs.StartOf(1))));
                    Assert.Equal(run + 1 < walked.Count, runs.MoveNext());
                }
            }

            long[] Repeat(long[] to) => [.. to[random.Next(to.Length + 1)..].Select(size => random.Next(3) == 0 ? 1 : size)];
        }
    }

    [Fact]
    public void Equal_sizes_and_numbers_are_one_run()
    {
        var runs = new BroadcastRuns([4, 5, 6], [4, 5, 6], []);

        Assert.Equal(120, runs.Length);
        Assert.True(runs.MoveNext());
        Assert.False(runs.IsRepeated(0));
        Assert.True(runs.IsRepeated(1));
        Assert.False(runs.MoveNext());
    }

    [Fact]
    public void A_tensor_is_repeated_and_converted()
    {
        var result = Broadcast.To(Tensor.From([1, 2], 2, 1), [2, 2, 3], DType.Float32);

        Assert.Equal([1f, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2], result.ReadOnlySpan<float>().ToArray());
    }

    private static FakeArguments Call(Shape a, Shape b) => new(
        new Argument[] { new TensorArgument(new(0)), new TensorArgument(new(1)), new ScalarArgument(1) },
        new TensorType[] { new(DType.Float32, a), new(DType.Float32, b) });

    private static long[] Shrink(Random random, long[] sizes)
    {
        var shrunk = sizes[(random.Next(3) == 0 ? random.Next(sizes.Length + 1) : 0)..];
        for (int i = 0; i < shrunk.Length; i++)
        {
            if (random.Next(3) == 0)
                shrunk[i] = 1;
        }

        return shrunk;
    }

    // By coordinates, one division per axis.
    private static long Place(long[] sizes, long[] operand, long element)
    {
        long place = 0;
        long stride = 1;
        for (int fromEnd = 1; fromEnd <= operand.Length; fromEnd++)
        {
            long coordinate = element % sizes[^fromEnd];
            element /= sizes[^fromEnd];
            place += operand[^fromEnd] == 1 ? 0 : coordinate * stride;
            stride *= operand[^fromEnd];
        }

        return place;
    }
}
