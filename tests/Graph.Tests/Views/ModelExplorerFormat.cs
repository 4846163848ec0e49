using System.Text.Json;

namespace Evergraph.Graph.Tests.Views;

/// <summary>
/// What Model Explorer takes: its GraphCollection (src/ui/src/components/visualizer/common/input_graph.ts and types.ts) and its node data
/// (NodeDataProviderData, types.ts), as far as we write them. A field that is not known there is a mistake too.
/// </summary>
internal static class ModelExplorerFormat
{
    public static void CheckGraphs(JsonElement collection)
    {
        Fields(collection, "label", "graphs");
        Text(collection.GetProperty("label"));
        Assert.NotEmpty(collection.GetProperty("graphs").EnumerateArray());
        var ids = new HashSet<string>();
        foreach (var graph in collection.GetProperty("graphs").EnumerateArray())
        {
            Fields(graph, "id", "nodes", "groupNodeAttributes");
            Assert.True(ids.Add(Text(graph.GetProperty("id"))), "graphs' ids must differ");
            CheckNodes(graph);
            foreach (var group in graph.GetProperty("groupNodeAttributes").EnumerateObject())
            {
                foreach (var attribute in group.Value.EnumerateObject())
                    Text(attribute.Value);
            }
        }
    }

    public static void CheckNodeData(JsonElement data, JsonElement collection)
    {
        foreach (var graph in data.EnumerateObject())
        {
            var nodes = Assert.Single(collection.GetProperty("graphs").EnumerateArray(), known => known.GetProperty("id").GetString() == graph.Name)
                .GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()).ToHashSet();
            Fields(graph.Value, "name", "results", "gradient");
            Text(graph.Value.GetProperty("name"));
            foreach (var result in graph.Value.GetProperty("results").EnumerateObject())
            {
                Assert.Contains(result.Name, nodes);
                Fields(result.Value, "value");
                Assert.Equal(JsonValueKind.Number, result.Value.GetProperty("value").ValueKind);
            }

            double[] stops = [.. graph.Value.GetProperty("gradient").EnumerateArray().Select(stop => stop.GetProperty("stop").GetDouble())];
            Assert.Equal((0, 1), (stops.Min(), stops.Max()));
        }
    }

    private static void CheckNodes(JsonElement graph)
    {
        var nodes = graph.GetProperty("nodes").EnumerateArray().ToList();
        var outputs = new Dictionary<string, HashSet<string>>();
        foreach (var node in nodes)
        {
            Fields(node, "id", "label", "namespace", "attrs", "incomingEdges", "inputsMetadata", "outputsMetadata", "style");
            Text(node.GetProperty("label"));
            string space = Text(node.GetProperty("namespace"));
            Assert.DoesNotContain(space.Split('/')[1..], part => part.Length == 0);
            CheckPairs(node.GetProperty("attrs"));
            Assert.True(outputs.TryAdd(Text(node.GetProperty("id")), CheckItems(node.GetProperty("outputsMetadata"))), "nodes' ids must differ");
            if (node.TryGetProperty("style", out var style))
                Assert.StartsWith("#", Text(style.GetProperty("backgroundColor")), StringComparison.Ordinal);
        }

        foreach (var node in nodes)
        {
            var inputs = CheckItems(node.GetProperty("inputsMetadata"));
            foreach (var edge in node.GetProperty("incomingEdges").EnumerateArray())
            {
                Fields(edge, "sourceNodeId", "sourceNodeOutputId", "targetNodeInputId");
                string source = Text(edge.GetProperty("sourceNodeId"));
                Assert.True(outputs.ContainsKey(source), $"there is no node {source}");
                Assert.Contains(Text(edge.GetProperty("sourceNodeOutputId")), outputs[source]);
                Assert.Contains(Text(edge.GetProperty("targetNodeInputId")), inputs);
            }
        }
    }

    private static HashSet<string> CheckItems(JsonElement items)
    {
        var ids = new HashSet<string>();
        foreach (var item in items.EnumerateArray())
        {
            Fields(item, "id", "attrs");
            Assert.True(ids.Add(Text(item.GetProperty("id"))), "items' ids must differ");
            CheckPairs(item.GetProperty("attrs"));
        }

        return ids;
    }

    private static void CheckPairs(JsonElement pairs)
    {
        foreach (var pair in pairs.EnumerateArray())
        {
            Fields(pair, "key", "value");
            Text(pair.GetProperty("key"));
            Text(pair.GetProperty("value"));
        }
    }

    private static string Text(JsonElement element)
    {
        Assert.Equal(JsonValueKind.String, element.ValueKind);
        return element.GetString()!;
    }

    private static void Fields(JsonElement element, params string[] known)
    {
        Assert.Equal(JsonValueKind.Object, element.ValueKind);
        foreach (var field in element.EnumerateObject())
            Assert.Contains(field.Name, known);
    }
}
