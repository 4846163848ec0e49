using System.Globalization;
using Evergraph.Runtime.Cuda;

namespace Evergraph.Cli.Benchmarking;

/// <summary>Timings of layers over GPUs as a table and as JSON. Times are in microseconds.</summary>
internal static class FlashCommTable
{
    /// <summary>Such as <c>row 12288 → 4096</c>.</summary>
    public static string NameOf(FlashCommLayerSpec layer) => string.Create(CultureInfo.InvariantCulture, $"{(layer.IsRow ? "row" : "column")} {layer.Inputs} → {layer.Outputs}");

    /// <summary>Writes the table, and with it every way of the operator where that is asked for.</summary>
    public static void Write(Streams streams, IReadOnlyList<FlashCommTiming> timings, bool ways)
    {
        string[] header = ["layer", "tokens", "product", "communication", "one after the other", "operator", "way", "/ limit", "one after the other /"];
        streams.WriteTable(header, [.. timings.Select(row => (IReadOnlyList<string>)
        [
            NameOf(row.Layer), row.Tokens.ToString(CultureInfo.InvariantCulture), Time(row.Product), Time(row.Communication), Time(row.OneAfterTheOther), Time(row.Operator), row.Chosen,
            Ratio(row.Operator / row.Limit), Ratio(row.OneAfterTheOther / row.Operator),
        ])]);
        if (!ways)
            return;
        foreach (var row in timings)
            streams.Output.WriteLine($"{NameOf(row.Layer)}, {row.Tokens} tokens: {string.Join(", ", row.Ways.Select(way => $"{way.Key} {Time(way.Value)}"))}");
    }

    /// <summary>The same for programs.</summary>
    public static object ToJson(IReadOnlyList<FlashCommTiming> timings, int ranks) => new
    {
        ranks,
        rows = timings.Select(row => new
        {
            layer = NameOf(row.Layer),
            kind = row.Layer.IsRow ? "row" : "column",
            row.Layer.Inputs,
            row.Layer.Outputs,
            row.Layer.IsQuantized,
            row.Tokens,
            row.Product,
            row.Communication,
            row.OneAfterTheOther,
            row.Operator,
            row.Chosen,
            row.Limit,
            overLimit = row.Operator / row.Limit,
            gain = row.OneAfterTheOther / row.Operator,
            ways = row.Ways.ToDictionary(way => way.Key, way => way.Value),
        }),
    };

    private static string Time(double microseconds) => microseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
