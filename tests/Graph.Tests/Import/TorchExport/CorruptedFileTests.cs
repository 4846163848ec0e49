namespace Evergraph.Graph.Tests.Import;

public sealed class CorruptedFileTests
{
    [Fact]
    public void A_thousand_damaged_files_end_in_a_graph_or_a_typed_error() => CorruptionRun.Import(
        ["mlp.pt2", "customop.pt2", "legacy_torch2.6.pt2", "newest_torch2.14.pt2"], TestOperators.Registry(), 1000, 20_000);
}
