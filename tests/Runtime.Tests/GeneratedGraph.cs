namespace Evergraph.Runtime.Tests;

/// <summary>Random graphs over x[s] and y[t] of the operators of these tests, with dead values, and what they compute.</summary>
internal static class GeneratedGraph
{
    public static IReadOnlyList<GraphInput> Inputs { get; } = [Model.Input("x", Model.Size("s")), Model.Input("y", Model.Size("t"))];

    public static TensorGraph Draw(Random random) => Tracer.Trace(Inputs, ModelOf(random.Next()));

    /// <summary>Model code that does the same every time it is called, traced or eagerly.</summary>
    public static Func<Tensor[], Tensor[]> ModelOf(int seed) => inputs =>
    {
        var random = new Random(seed);
        var values = inputs.ToList();
        int nodes = random.Next(1, 24), concats = 0;
        for (int i = 0; i < nodes; i++)
        {
            var value = values[random.Next(values.Count)];
            switch (random.Next(5))
            {
                case 0 when concats++ < 5:
                    values.Add(Concat.Invoke([value, null, values[random.Next(values.Count)]]));
                    break;
                case 1:
                    var (plus, minus) = PlusMinus.Invoke(value);
                    values.AddRange([plus, minus]);
                    break;
                case 2:
                    values.Add(Negate.Invoke(value));
                    break;
                case 3:
                    values.Add(Add.Invoke(value, Scale.Invoke(value, 0.5)));
                    break;
                default:
                    values.Add(Scale.Invoke(value, random.Next(-3, 4)));
                    break;
            }
        }

        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => values[random.Next(values.Count)])];
    };
}
