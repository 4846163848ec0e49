using System.Globalization;

namespace Evergraph.Runtime.Tests;

public sealed class BufferPlanTests
{
    private static readonly Symbol S = Model.Size("s");
    private static readonly Symbol T = Model.Size("t");

    [Fact]
    public void AChainNeedsTwoSlots()
    {
        var plan = Plan(Tracer.Trace([Model.Input("x", S)], inputs =>
        {
            var x = inputs[0];
            for (int i = 0; i < 10; i++)
                x = Scale.Invoke(x, 2);
            return [x];
        }));
        Assert.Equal(2, plan.Slots.Count);
    }

    [Fact]
    public void ALargerSlotIsProvenToHoldASmallerValue()
    {
        // x (s), concat (2*s), scale (2*s), then s-sized values fit both free slots.
        var plan = Plan(Tracer.Trace([Model.Input("x", S)], inputs =>
        {
            var twice = Scale.Invoke(Concat.Invoke([inputs[0], inputs[0]]), 1);
            var other = Scale.Invoke(inputs[0], 3);
            return [Scale.Invoke(Scale.Invoke(twice, 1), 1), Scale.Invoke(Scale.Invoke(other, 1), 1)];
        }));
        Assert.All(plan.Slots, slot => Assert.Single(slot.Sizes));
    }

    [Fact]
    public void UnrelatedSizesShareASlotOfTheirMaximum()
    {
        var plan = Plan(Tracer.Trace([Model.Input("x", S), Model.Input("y", T)], inputs =>
            [Scale.Invoke(Scale.Invoke(inputs[0], 1), 1), Scale.Invoke(Scale.Invoke(inputs[1], 1), 1)]));
        var slot = Assert.Single(plan.Slots);
        Assert.Equal(["4*s", "4*t"], slot.Sizes.Select(size => size.ToString()));
        Assert.Equal(28, plan.Bytes(symbol => symbol.Name == "s" ? 3 : 7));
    }

    [Fact]
    public void OutputsParametersAndSizesOfDataHaveNoSlot()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput(Model.Input("x", S));
        var weight = builder.AddParameter(new("w", new(DType.Float32, [4]), Model.Range(4)));
        var positive = Model.Add(builder, Positive.Definition, x)[0];
        var both = builder.Add(Concat.Definition, [new TensorListArgument([positive, weight])], NodeSource.None)[0];
        var result = Model.Add(builder, Negate.Definition, both)[0];
        builder.AddOutput(new("out", result));
        builder.AddOutput(new("kept", x));
        var graph = builder.Build();
        var plan = Plan(graph);
        Assert.Equal([3], Enumerable.Range(0, graph.ValueCount).Where(id => plan.SlotOf(new(id)) != BufferPlan.NoSlot));
    }

    [Fact]
    public void OfGeneratedGraphsNoTwoLiveValuesShareASlotAndThePlanNeedsNoMoreThanAllValues()
    {
        int seed = Random.Shared.Next();
        for (int i = 0; i < 300; i++)
        {
            var graph = GeneratedGraph.Draw(new Random(seed + i));
            var lifetimes = new Lifetimes(graph);
            var plan = Plan(graph);
            string place = string.Create(CultureInfo.InvariantCulture, $"seed {seed + i}");
            foreach (var slot in plan.Slots)
            {
                for (int j = 1; j < slot.Values.Count; j++)
                {
                    // In order, so that disjoint neighbours are disjoint all.
                    int end = lifetimes.LastOf(slot.Values[j - 1].Id), begin = lifetimes.FirstOf(slot.Values[j].Id);
                    Assert.True(end < begin, $"{place}: {slot.Values[j - 1]} is read by node {end}, and {slot.Values[j]} is made by node {begin}");
                }
            }

            foreach (var (s, t) in new[] { (0L, 0L), (1L, 7L), (9L, 2L), (4096L, 1L) })
            {
                long Of(Symbol symbol) => symbol.Name == "s" ? s : t;
                long all = 0;
                for (int id = graph.Inputs.Length; id < graph.ValueCount; id++)
                {
                    var value = new Value(id);
                    if (plan.SlotOf(value) is var slot and not BufferPlan.NoSlot)
                    {
                        long bytes = graph.TypeOf(value).Bytes.Evaluate(Of);
                        all += bytes;
                        Assert.True(bytes <= plan.Slots[slot].Sizes.Max(size => size.Evaluate(Of)), $"{place}: {value} does not fit slot {slot} at s = {s}, t = {t}");
                    }
                }

                Assert.True(plan.Bytes(Of) <= all, $"{place}: planned {plan.Bytes(Of)} bytes for {all} at s = {s}, t = {t}");
            }
        }
    }

    private static BufferPlan Plan(TensorGraph graph) => BufferPlanner.Plan(graph, new(graph), new(graph));
}
