using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

public class QuantizedLayersTests
{
    [Theory]
    [InlineData("model.layers.0.mlp.up_proj", "", true)]
    [InlineData("lm_head", "", false)]
    [InlineData("model.embed_tokens", "model.lm_head", false)]
    [InlineData("model.lm_head.adapter", "", true)]
    public void All_but_the_head_are_taken_where_nothing_is_said(string weight, string module, bool included) =>
        Assert.Equal(included, QuantizedLayers.Default.Includes(weight, module));

    [Fact]
    public void The_first_entry_that_matches_a_layer_decides()
    {
        var layers = QuantizedLayers.Parse("# mine\r\nexclude layers.0.*\ninclude\tdown_proj # all others\n\nexclude *\n");
        Assert.Equal([("layers.0.*", false), ("down_proj", true), ("*", false)], layers.Entries);
        Assert.False(layers.Includes("model.layers.0.down_proj"));
        Assert.True(layers.Includes("model.layers.1.down_proj"));
        Assert.False(layers.Includes("model.layers.1.up_proj"));
        Assert.True(layers.Includes("tied", "layers.1.down_proj"));
        Assert.True(QuantizedLayers.All.Includes("lm_head"));
    }

    [Theory]
    [InlineData("exclude")]
    [InlineData("include a b")]
    [InlineData("column q_proj")]
    public void A_wrong_line_is_named(string line) => Assert.Equal(
        $"quantised layers, line 2: expected 'include PATTERN' or 'exclude PATTERN', given '{line}'",
        Assert.Throws<EvergraphException>(() => QuantizedLayers.Parse($"include x\n{line}")).Message);
}
