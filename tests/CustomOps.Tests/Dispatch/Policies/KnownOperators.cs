using System.Text;
using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

/// <summary>Operators for tests of policies, and the readings that tests repeat.</summary>
internal static class KnownOperators
{
    public static readonly string[] Names =
    [
        "evergraph::rms_norm", "evergraph::rms_norm.residual", "evergraph::silu_and_mul", "aten::mm", "aten::rms_norm", "aten::add.Tensor", "aten::add.Scalar",
    ];

    public static PolicySource File(string yaml) => PolicyFile.Parse("policy.yaml", Encoding.UTF8.GetBytes(yaml), Names);

    public static IReadOnlyList<PolicySource> Read(params (string Name, string Value)[] variables) =>
        PolicySources.Read(variables.ToDictionary(variable => variable.Name, variable => variable.Value), "no platform", Names);

    public static PolicySource Environment(params (string Name, string Value)[] variables) => Read(variables).Single();

    public static string Error(Action read) => Assert.Throws<DispatchPolicyException>(read).Message;
}
