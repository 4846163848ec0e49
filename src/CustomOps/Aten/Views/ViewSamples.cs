namespace Evergraph.CustomOps.Aten;

/// <summary>Calls of view and reshape: axes split, merged, added and inferred.</summary>
internal static class ViewSamples
{
    public static OperatorSample Draw(SampleBuilder s)
    {
        bool infers = s.Coin();
        int min = infers ? 1 : 0;
        var (a, b, c) = (s.Size(min), s.Size(min), s.Size(min));
        Dim[] from = s.Pick<Dim[]>([a, b * c], [a, b, c], [a * b, c], [a * b * c], [a, 1, b * c]);
        Dim[] to = s.Pick<Dim[]>([a, b, c], [a, b * c], [a * b, c], [a * b * c], [a, b, 1, c], [1, a, b * c]);
        var type = s.Any();
        if (infers)
            to[s.Next(0, to.Length - 1)] = -1;
        return s.Call(s.Tensor(type, Shape.Create(from)), to);
    }

    public static OperatorSample DrawAs(SampleBuilder s)
    {
        var (a, b, c) = (s.Size(), s.Size(), s.Size());
        Dim[] from = s.Pick<Dim[]>([a, b * c], [a, b, c], [a * b, c], [a * b * c], [a, 1, b * c]);
        Dim[] to = s.Pick<Dim[]>([a, b, c], [a, b * c], [a * b, c], [a * b * c], [a, b, 1, c], [1, a, b * c]);
        return s.Call(s.Tensor(s.Any(), Shape.Create(from)), s.Tensor(s.Any(), Shape.Create(to)));
    }
}
