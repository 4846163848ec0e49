namespace Evergraph.CustomOps.Aten;

/// <summary>Pads of pairs (before, behind), the last axis first; negative ones cut off.</summary>
internal static class Padding
{
    public static Shape Infer(Shape self, ReadOnlySpan<Dim> pad)
    {
        Require(pad.Length % 2 == 0, $"pads come in pairs: given {pad.Length}");
        Require(pad.Length / 2 <= self.Rank, $"too many pads: expected at most {self.Rank * 2} at rank {self.Rank}, given {pad.Length}");
        var sizes = self.ToArray();
        for (int i = 0; i < pad.Length / 2; i++)
        {
            int axis = sizes.Length - 1 - i;
            sizes[axis] = sizes[axis] + pad[2 * i] + pad[(2 * i) + 1];
            if (sizes[axis].Range.Min < 0)
                Require(sizes[axis] >= 0, $"the pads cut off more than there is along dimension {axis}");
        }

        return Shape.Create(sizes);
    }

    public static Tensor Fill(Tensor self, ReadOnlySpan<long> pad, Scalar value)
    {
        long[] sizes = self.Sizes.ToArray();
        long[] box = self.Sizes.ToArray();
        long[] from = StridedCopy.DenseStrides(sizes);
        for (int i = 0; i < pad.Length / 2; i++)
            sizes[sizes.Length - 1 - i] += pad[2 * i] + pad[(2 * i) + 1];
        long[] to = StridedCopy.DenseStrides(sizes);
        long fromOffset = 0;
        long toOffset = 0;
        for (int i = 0; i < pad.Length / 2; i++)
        {
            int axis = sizes.Length - 1 - i;
            var (before, behind) = (pad[2 * i], pad[(2 * i) + 1]);
            fromOffset += Math.Max(0, -before) * from[axis];
            toOffset += Math.Max(0, before) * to[axis];
            box[axis] = Math.Max(0, box[axis] + Math.Min(0, before) + Math.Min(0, behind));
        }

        var result = Tensor.Empty(self.DType, sizes);
        Span<byte> element = stackalloc byte[self.DType.Size()];
        Casts.Write(value, self.DType, element);
        Broadcast.Fill(result.Bytes(), element);
        StridedCopy.Copy(self.DType.Size(), self.ReadOnlyBytes(), fromOffset, from, result.Bytes(), toOffset, to, box);
        return result;
    }

    public static AxisSplit? Split(AxisQuery query)
    {
        var pad = query.Dims(1);
        int pair = query.Type.Rank - 1 - query.Axis;
        return 2 * pair >= pad.Length || (pad[2 * pair].Equals(0) && pad[(2 * pair) + 1].Equals(0)) ? query.Carried(query.Axis) : null;
    }

    public static (SampleTensor Self, Dim[] Pad) Draw(SampleBuilder s)
    {
        var shape = s.Sizes(s.Next(0, 4), 2);
        var pad = new Dim[2 * s.Next(0, shape.Length)];
        for (int i = 0; i < pad.Length; i++)
            pad[i] = s.Next(0, 3) == 0 ? s.Size(0, 2) : s.Next(-1, 2);
        return (s.Tensor(s.Any(), Shape.Create(shape)), pad);
    }
}
