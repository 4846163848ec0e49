using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Codegen;

namespace Evergraph.Runtime.Cuda.Lowering;

/// <summary>Convolutions over lines and planes: each thread adds up the channels and the window of its element.</summary>
internal static class ConvolutionLowerings
{
    public static void Register(LoweringTable table)
    {
        table.Add("aten::conv1d", node => Convolve(node, 1, Given));
        table.Add("aten::conv1d.padding", node => Convolve(node, 1, Named));
        table.Add("aten::conv2d", node => Convolve(node, 2, Given));
        table.Add("aten::conv2d.padding", node => Convolve(node, 2, Named));
        table.Add("aten::convolution", node => node.Bool("transposed")
            ? node.Decline("a transposed convolution")
            : Convolve(node, node.Tensor("weight").Type.Rank - 2, Given));
    }

    /// <summary>The value of a list for one dimension: a single one is for all.</summary>
    private static Dim At(EquatableArray<Dim> values, int dimension) => values[values.Length == 1 ? 0 : dimension];

    private static Dim Given(NodeLowering node, int dimension) => At(node.Dims("padding"), dimension);

    /// <summary>Zeros before the input: none, or half of those that keep its size, of which an odd one lies behind.</summary>
    private static Dim Named(NodeLowering node, int dimension) => node.Text("padding") == "same"
        ? Dim.FloorDiv(At(node.Dims("dilation"), dimension) * (node.Tensor("weight").Type.Shape[2 + dimension] - 1), 2)
        : 0;

    /// <summary>y[o, p] = Σ x[group of o · channels + c, stride · p − before + dilation · t] · w[o, c, t] + bias[o] over channels c and taps t.</summary>
    private static bool Convolve(NodeLowering node, int dimensions, Func<NodeLowering, int, Dim> before)
    {
        LoweredValue input = node.Tensor("input"), weight = node.Tensor("weight");
        EquatableArray<Dim> strides = node.Dims("stride"), dilations = node.Dims("dilation");
        var computed = CTypes.Computed(input.Type.DType);
        var kernel = weight.Type.Shape;
        var outputs = Dim.FloorDiv(kernel[0], node.Dim("groups"));

        // Behind the input there are as many zeros as before it, or one more where they are "same".
        bool isPadded = Enumerable.Range(0, dimensions).Any(i => !before(node, i).Equals(0)) || (before == Named && node.Text("padding") == "same");
        return node.Define((scope, index) =>
        {
            int spatial = index.Length - dimensions;
            var output = index[spatial - 1];
            var window = new InputWindow(scope, input, dimensions, isPadded);
            Expression Taps(Dim channel, Dim[] taps)
            {
                if (taps.Length < dimensions)
                    return scope.Reduce(Reduction.Sum, kernel[2 + taps.Length], tap => Taps(channel, [.. taps, tap]));
                var places = new Dim[dimensions];
                for (int i = 0; i < dimensions; i++)
                    places[i] = (index[spatial + i] * At(strides, i)) - before(node, i) + (taps[i] * At(dilations, i));
                var x = window.At([.. index[..(spatial - 1)], (Dim.FloorDiv(output, outputs) * kernel[1]) + channel], places, scope.Constant(0.0, computed));
                return scope.Call("({0} * {1})", computed, x, scope.At(weight, [output, channel, .. taps]));
            }

            var sum = scope.Reduce(Reduction.Sum, kernel[1], channel => Taps(channel, []));
            return node.OptionalTensor("bias") is { } bias ? scope.Call("({0} + {1})", computed, sum, scope.At(bias, output)) : sum;
        });
    }
}
