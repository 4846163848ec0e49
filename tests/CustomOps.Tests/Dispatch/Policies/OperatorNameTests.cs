using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

public class OperatorNameTests
{
    [Theory]
    [InlineData("rms_norm", "evergraph::rms_norm")]
    [InlineData("rms_norm.residual", "evergraph::rms_norm.residual")]
    [InlineData("rms_norm.default", "evergraph::rms_norm.default")]
    [InlineData("evergraph::rms_norm", "evergraph::rms_norm")]
    [InlineData("aten::rms_norm", "aten::rms_norm")]
    [InlineData(" mm ", "aten::mm")]
    [InlineData("mm.default", "aten::mm.default")]
    [InlineData("add", "aten::add")]
    [InlineData("add.Tensor", "aten::add.Tensor")]
    [InlineData("vendor_x::anything.goes", "vendor_x::anything.goes")]
    public void A_name_means_an_operator(string written, string meant)
    {
        Assert.Equal([meant], PolicySource.InCode("scope", Policy(written), KnownOperators.Names).Policy.PerOperator.Select(order => order.Key));
        Assert.Equal([meant], KnownOperators.Environment(("EVERGRAPH_PER_OP", $"{written}=default")).Policy.PerOperator.Select(order => order.Key));
        Assert.Equal([meant], KnownOperators.File($"per_op: {{'{written}': default}}").Policy.PerOperator.Select(order => order.Key));
    }

    [Fact]
    public void Names_of_namespaces_that_are_not_known_are_kept()
    {
        Assert.Equal("evergraph::rms_nrm", PolicySource.InCode("scope", Policy("rms_nrm"), []).Policy.PerOperator.Single().Key);
        Assert.Equal("aten::rms_nrm", PolicySource.InCode("scope", Policy("rms_nrm"), ["evergraph::rms_norm"]).Policy.PerOperator.Single().Key);
        Assert.Equal("evergraph::mm", PolicySource.InCode("scope", Policy("mm"), ["aten::add.Tensor"]).Policy.PerOperator.Single().Key);
        Assert.Equal("aten::mm", PolicySource.InCode("scope", Policy("mm"), ["aten::mm.default"]).Policy.PerOperator.Single().Key);
    }

    [Theory]
    [InlineData("rms_nrm", "no operator is named evergraph::rms_nrm or aten::rms_nrm: near it there is evergraph::rms_norm, aten::rms_norm")]
    [InlineData("evergraph::RMS_NORM", "no operator is named evergraph::RMS_NORM: near it there is evergraph::rms_norm")]
    [InlineData("evergraph::rms_norm.rest", "no operator is named evergraph::rms_norm.rest: near it there is evergraph::rms_norm, evergraph::rms_norm.residual")]
    [InlineData("aten::add.default", "no operator is named aten::add.default: near it there is aten::add.Scalar, aten::add.Tensor")]
    [InlineData("evergraph::mm", "no operator is named evergraph::mm: `evergraph ops` lists all")]
    [InlineData("aten::matrix_product", "no operator is named aten::matrix_product: `evergraph ops` lists all")]
    [InlineData("evergraph:rms_norm", "expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor")]
    [InlineData("a::b::c", "expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor")]
    [InlineData("::mm", "expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor")]
    [InlineData("mm.", "expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor")]
    [InlineData("rms norm", "expected the name of an operator, such as rms_norm, evergraph::rms_norm or aten::add.Tensor")]
    public void A_name_that_no_operator_has_is_an_error_at_its_place(string written, string error)
    {
        Assert.Equal($"scope: per_op {written}: {error}", KnownOperators.Error(() => PolicySource.InCode("scope", Policy(written), KnownOperators.Names)));
        Assert.Equal($"EVERGRAPH_PER_OP: {written}: {error}", KnownOperators.Error(() => KnownOperators.Environment(("EVERGRAPH_PER_OP", $"mm=default;{written}=default"))));
        Assert.Equal($"policy.yaml:2: per_op {written}: {error}", KnownOperators.Error(() => KnownOperators.File($"per_op:\n  '{written}': default")));
    }

    [Fact]
    public void Two_spellings_of_one_operator_are_an_error()
    {
        Assert.Equal(
            "EVERGRAPH_PER_OP: per_op names evergraph::rms_norm twice, as 'rms_norm' at EVERGRAPH_PER_OP and as 'evergraph::rms_norm' at EVERGRAPH_PER_OP: keep one",
            KnownOperators.Error(() => KnownOperators.Environment(("EVERGRAPH_PER_OP", "rms_norm=default;evergraph::rms_norm=vendor"))));
        var twice = new DispatchPolicy { PerOperator = new() { ["mm"] = "default", ["aten::mm"] = "default" } };
        Assert.Equal(
            "scope: per_op names aten::mm twice, as 'aten::mm' at scope and as 'mm' at scope: keep one",
            KnownOperators.Error(() => PolicySource.InCode("scope", twice, KnownOperators.Names)));
        string again = "mm";
        Assert.Equal(
            "per_op mm is given twice, as default and as vendor: keep one",
            KnownOperators.Error(() => _ = new PerOperatorOrders { ["mm"] = "default", [again] = "vendor" }));
    }

    private static DispatchPolicy Policy(string operatorName) => new() { PerOperator = new() { [operatorName] = "default" } };
}
