using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public class OrderTokenTests
{
    [Theory]
    [InlineData("default", OrderTokenKind.Default, "", "default")]
    [InlineData(" Reference ", OrderTokenKind.Reference, "", "reference")]
    [InlineData("VENDOR", OrderTokenKind.AnyVendor, "", "vendor")]
    [InlineData("vendor:Ascend", OrderTokenKind.Vendor, "Ascend", "vendor:Ascend")]
    [InlineData("Impl:cuda.cublasLt", OrderTokenKind.Implementation, "cuda.cublasLt", "impl:cuda.cublasLt")]
    public void A_token_is_read_and_written(string text, OrderTokenKind kind, string name, string written)
    {
        var token = OrderToken.Parse(text);
        Assert.Equal((kind, name, written), (token.Kind, token.Name, token.ToString()));
        Assert.Equal(token, OrderToken.Parse(text.ToUpperInvariant()));
        Assert.Equal(token.GetHashCode(), OrderToken.Parse(text.ToUpperInvariant()).GetHashCode());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("defualt", ": did you mean default?")]
    [InlineData("vendor:", ": did you mean vendor?")]
    [InlineData("vendor: ascend", "")]
    [InlineData("vendor:*", ": did you mean vendor?")]
    [InlineData("impl:", "")]
    [InlineData("impl:a b", "")]
    [InlineData("impl:a|b", "")]
    [InlineData("ascend", "")]
    public void What_is_no_token_is_an_error_that_lists_them(string text, string hint) =>
        Assert.Equal(
            $"order: expected default, reference, vendor, vendor:NAME or impl:ID, given '{text}'{hint}", KnownOperators.Error(() => OrderToken.Parse(text)));

    [Theory]
    [InlineData("default", "vectorized")]
    [InlineData("reference", "reference")]
    [InlineData("vendor", "ascend.fast,ascend.slow,mlas")]
    [InlineData("vendor:ASCEND", "ascend.fast,ascend.slow")]
    [InlineData("vendor:ascen", "")]
    [InlineData("impl:Ascend.Fast", "ascend.fast")]
    [InlineData("impl:reference", "reference")]
    [InlineData("impl:ascend", "")]
    public void A_token_matches(string token, string expected)
    {
        Implementation[] implementations =
        [
            Make("vectorized", ImplementationKind.Default), Make("reference", ImplementationKind.Reference),
            Make("ascend.fast", ImplementationKind.Vendor, "Ascend"), Make("ascend.slow", ImplementationKind.Vendor, "ascend"),
            Make("mlas", ImplementationKind.Vendor, "onnxruntime"),
        ];
        Assert.Equal(expected, string.Join(',', implementations.Where(OrderToken.Parse(token).Matches).Select(implementation => implementation.Id)));
    }

    [Fact]
    public void Tokens_differ_by_kind_and_name()
    {
        string[] texts = ["default", "reference", "vendor", "vendor:a", "vendor:b", "impl:a", "impl:default"];
        Assert.Equal(texts.Length, texts.Select(OrderToken.Parse).Distinct().Count());
    }

    [Fact]
    public void An_order_is_its_tokens()
    {
        OperatorOrder order = "vendor:ascend | default";
        Assert.Equal([OrderToken.Parse("vendor:ascend"), OrderToken.Default], order);
        Assert.Equal("vendor:ascend|default", order.ToString());
        Assert.Equal(new OperatorOrder([OrderToken.Parse("VENDOR:ASCEND"), OrderToken.Default]), order);
        Assert.NotEqual(OperatorOrder.Parse("default|vendor:ascend"), order);
        Assert.Equal("order: expected at least one token, given none: with an empty order nothing could run", KnownOperators.Error(() => _ = new OperatorOrder([])));
    }

    private static Implementation Make(string id, ImplementationKind kind, string? vendor = null) =>
        new() { Operator = "evergraph::rms_norm", Id = id, Kind = kind, Vendor = vendor, Function = static (_, _) => { } };
}
