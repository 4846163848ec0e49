using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

public class CalibrationRangesTests
{
    private static readonly CalibrationRanges Ranges = new(new Dictionary<string, ActivationRange>
    {
        ["layers.1.fc.weight"] = new(-0.1, 1e300),
        ["layers.0.\"größe\".weight"] = new(double.Epsilon, 1 / 3.0),
    });

    [Fact]
    public void Json_round_trips_bit_for_bit()
    {
        string json = Ranges.ToJson();
        Assert.Equal(
            """
            {
              "format": "evergraph-calibration",
              "version": 1,
              "ranges": {
                "layers.0.\"größe\".weight": {
                  "min": 5E-324,
                  "max": 0.3333333333333333
                },
                "layers.1.fc.weight": {
                  "min": -0.1,
                  "max": 1E+300
                }
              }
            }
            """.ReplaceLineEndings("\n"),
            json.ReplaceLineEndings("\n"));
        Assert.Equal(Ranges.Ranges, CalibrationRanges.Parse(json).Ranges);
    }

    [Fact]
    public void A_file_round_trips()
    {
        string path = Path.Combine(Path.GetTempPath(), $"evergraph-{Guid.NewGuid():N}.json");
        try
        {
            Ranges.Save(path);
            Assert.Equal(Ranges.Ranges, CalibrationRanges.Load(path).Ranges);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(
            $"{path}: there is no such file: expected calibrated ranges (.json); run a calibration and save its ranges",
            Assert.Throws<EvergraphException>(() => CalibrationRanges.Load(path)).Message);
    }

    [Fact]
    public void Calibrations_join()
    {
        var joined = Ranges.Join(new(new Dictionary<string, ActivationRange> { ["layers.1.fc.weight"] = new(-7, 0), ["new"] = new(1, 2) }));
        Assert.Equal(new(-7, 1e300), joined.Find("layers.1.fc.weight"));
        Assert.Equal(new(1, 2), joined.Find("new"));
        Assert.Equal(3, joined.Ranges.Count);
        Assert.Null(Ranges.Find("new"));
    }

    [Theory]
    [InlineData("", "line 1, byte 1: expected JSON as a calibration writes it, given something else; calibrate again")]
    [InlineData("{\n\"format\" 1", "line 2, byte 10: expected JSON as a calibration writes it, given something else; calibrate again")]
    [InlineData("[]", "the document: expected an object, given []; calibrate again")]
    [InlineData("""{"version": 1, "ranges": {}}""", "the document: expected a member format, given none; calibrate again")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {}, "scales": 1}""", "the document: expected the members format, version, ranges, given scales; delete it or calibrate again")]
    [InlineData("""{"format": "onnx", "version": 1, "ranges": {}}""", "format: expected \"evergraph-calibration\", given \"onnx\"; name a file that a calibration wrote")]
    [InlineData("""{"format": 5, "version": 1, "ranges": {}}""", "format: expected \"evergraph-calibration\", given 5; name a file that a calibration wrote")]
    [InlineData("""{"format": "evergraph-calibration", "version": 2, "ranges": {}}""", "version: expected 1, given 2; calibrate again with this version of Evergraph")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1.5, "ranges": {}}""", "version: expected 1, given 1.5; calibrate again with this version of Evergraph")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": [1, 2]}""", "ranges: expected an object, given [1, 2]; calibrate again")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {"a": {"min": 0, "max": 1}, "a": {"min": 0, "max": 1}}}""", "ranges: expected a once, given it twice; delete one of the two")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {"a": {"min": 0}}}""", "ranges of a: expected a member max, given none; calibrate again")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {"a": {"min": 0, "max": "1"}}}""", "ranges of a, max: expected a finite number, given \"1\"; calibrate again")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {"a": {"min": -1e999, "max": 1}}}""", "ranges of a, min: expected a finite number, given -1e999; calibrate again")]
    [InlineData("""{"format": "evergraph-calibration", "version": 1, "ranges": {"a": {"min": 2, "max": 1}}}""", "ranges of a: expected min ≤ max, given {\"min\": 2, \"max\": 1}; exchange them or calibrate again")]
    public void What_is_wrong_is_named(string json, string message) =>
        Assert.Equal($"calibrated ranges: {message}", Assert.Throws<EvergraphException>(() => CalibrationRanges.Parse(json)).Message);
}
