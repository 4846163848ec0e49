using Evergraph.CustomOps.Layers;
using Evergraph.Graph;

namespace Evergraph.CustomOps.Tests;

public class FlashCommOptionsTests
{
    [Fact]
    public void Sources_count_in_order_and_each_setting_by_itself()
    {
        var environment = Variables("250", "off");
        Assert.Equal(new EffectiveFlashComm(1, true), FlashCommOptions.Resolve(new(1, true), new(2, false), environment));
        Assert.Equal(new EffectiveFlashComm(2, true), FlashCommOptions.Resolve(new(null, true), new(2, false), environment));
        Assert.Equal(new EffectiveFlashComm(250, false), FlashCommOptions.Resolve(null, FlashCommOptions.None, environment));
        Assert.Equal(new EffectiveFlashComm(1000, true), FlashCommOptions.Resolve(null, null, Variables(null, "")));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("True", true)]
    [InlineData("on", true)]
    [InlineData("0", false)]
    [InlineData("FALSE", false)]
    [InlineData("off", false)]
    public void The_switch_is_read(string text, bool enabled) =>
        Assert.Equal(enabled, FlashCommOptions.Resolve(null, null, Variables(null, text)).Enabled);

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("99999999999")]
    public void A_malformed_threshold_is_an_error(string text)
    {
        var error = Assert.Throws<EvergraphException>(() => FlashCommOptions.Resolve(null, null, Variables(text, null)));
        Assert.Equal($"environment variable EVERGRAPH_FLASHCOMM_THRESHOLD is '{text}': expected a whole number of tokens, 0 or more; correct or unset it", error.Message);
        Assert.Equal(5, FlashCommOptions.Resolve(null, new(5), Variables(text, null)).Threshold);
    }

    [Fact]
    public void Other_malformed_values_are_errors()
    {
        Assert.Equal(
            "environment variable EVERGRAPH_FLASHCOMM_ENABLED is 'maybe': expected 1, true, on, 0, false or off; correct or unset it",
            Assert.Throws<EvergraphException>(() => FlashCommOptions.Resolve(null, null, Variables(null, "maybe"))).Message);
        Assert.Equal(
            "the layer's options give a FlashComm threshold of -3: expected a number of tokens, 0 or more",
            Assert.Throws<EvergraphException>(() => FlashCommOptions.Resolve(null, new(-3), Variables(null, null))).Message);
    }

    private static Func<string, string?> Variables(string? threshold, string? enabled) => name => name switch
    {
        FlashCommOptions.ThresholdVariable => threshold,
        FlashCommOptions.EnabledVariable => enabled,
        _ => throw new InvalidOperationException($"nobody should read {name}"),
    };
}
