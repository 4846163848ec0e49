namespace Evergraph.CustomOps.Checking;

/// <summary>Draws the arguments that reductions share.</summary>
public static class SampleReductions
{
    /// <summary>Axes to reduce: some, none (which means all), or an absent list.</summary>
    public static long[]? OptionalAxes(this SampleBuilder builder, int rank) => builder.Next(0, 4) == 0 ? null : builder.SomeAxes(rank);

    /// <summary>The element type to sum in, or an absent one.</summary>
    public static DType? SumType(this SampleBuilder builder) => builder.Coin() ? null : builder.Any();
}
