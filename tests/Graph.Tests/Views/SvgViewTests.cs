using System.Globalization;
using System.Xml.Linq;
using Evergraph.Graph.Views;

namespace Evergraph.Graph.Tests.Views;

/// <summary>The layout, seen from outside: where boxes are in the picture.</summary>
public class SvgViewTests
{
    private static readonly TensorType Type = new(DType.Float32, [4, 4]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nodes_do_not_overlap_and_lie_in_their_modules(int seed)
    {
        var boxes = Boxes(SvgView.Write(GraphView.Of(Random(200, seed)), fold: false));
        var nodes = boxes.Where(box => box.Style.StartsWith("node", StringComparison.Ordinal)).ToList();
        var modules = boxes.Where(box => box.Style == "module").ToList();
        Assert.True(nodes.Count > 200 && modules.Count > 5);
        for (int i = 0; i < nodes.Count; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.False(Overlap(nodes[i], nodes[j]), $"nodes {i} and {j} overlap");
            foreach (var module in modules)
                Assert.True(!Overlap(nodes[i], module) || Holds(module, nodes[i]), $"node {i} lies across the border of a module");
        }

        for (int i = 0; i < modules.Count; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.True(!Overlap(modules[i], modules[j]) || Holds(modules[j], modules[i]) || Holds(modules[i], modules[j]), $"modules {i} and {j} cross");
        }
    }

    [Fact]
    public void A_reader_lies_below_what_it_reads()
    {
        var nodes = Boxes(SvgView.Write(GraphView.Of(Chain(30, _ => "", readsInput: false)))).Where(box => box.Style == "node").ToList();
        Assert.Equal(30, nodes.Count);
        for (int i = 1; i < nodes.Count; i++)
        {
            Assert.True(nodes[i].Y > nodes[i - 1].Y + nodes[i - 1].Height);
            Assert.Equal(nodes[i - 1].X, nodes[i].X, 1.0);
        }
    }

    [Fact]
    public void Ten_thousand_nodes_are_drawn()
    {
        foreach (var graph in new[] { Chain(10_000, i => $"layers.{i / 40}.block{i % 40 / 10}"), Chain(10_000, _ => ""), Random(10_000, 5) })
        {
            string picture = SvgView.Write(GraphView.Of(graph), fold: false);
            Assert.True(picture.Length > 1_000_000);
            Assert.EndsWith("</svg>", picture.TrimEnd(), StringComparison.Ordinal);
        }
    }

    /// <summary>Every node reads the one before, and the input or the one before again.</summary>
    private static TensorGraph Chain(int nodes, Func<int, string> module, bool readsInput = true) => new(
        [new("x", Type)],
        [],
        Enumerable.Range(0, nodes).Select(i => new Node(TestOperators.Mm, [TestOperators.Of(new(i)), TestOperators.Of(new(readsInput ? 0 : i))], [Type], new(module(i), "", 0))).ToEquatableArray(),
        [new("y", new(nodes))],
        []);

    private static TensorGraph Random(int nodes, int seed)
    {
        var random = new Random(seed);
        string Module() => string.Join('.', Enumerable.Range(0, random.Next(4)).Select(depth => $"m{depth}{(char)('a' + random.Next(3))}"));
        return new(
            [new("x", Type)],
            [],
            Enumerable.Range(0, nodes).Select(i => new Node(
                TestOperators.Mm,
                [TestOperators.Of(new(Math.Max(0, i - random.Next(1, 20)))), TestOperators.Of(new(random.Next(i + 1)))],
                [Type],
                new(Module(), "", 0))).ToEquatableArray(),
            [new("y", new(nodes))],
            []);
    }

    private static List<(string Style, double X, double Y, double Width, double Height)> Boxes(string svg) =>
        [.. XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "rect").Select(rect =>
        {
            double Number(string name) => double.Parse(rect.Attribute(name)!.Value, CultureInfo.InvariantCulture);
            return (rect.Attribute("class")!.Value, Number("x"), Number("y"), Number("width"), Number("height"));
        })];

    // Numbers in the picture are rounded to a tenth.
    private static bool Overlap((string, double X, double Y, double Width, double Height) a, (string, double X, double Y, double Width, double Height) b) =>
        a.X + 0.2 < b.X + b.Width && b.X + 0.2 < a.X + a.Width && a.Y + 0.2 < b.Y + b.Height && b.Y + 0.2 < a.Y + a.Height;

    private static bool Holds((string, double X, double Y, double Width, double Height) outer, (string, double X, double Y, double Width, double Height) inner) =>
        outer.X <= inner.X + 0.2 && outer.Y <= inner.Y + 0.2 && outer.X + outer.Width >= inner.X + inner.Width - 0.2 && outer.Y + outer.Height >= inner.Y + inner.Height - 0.2;
}
