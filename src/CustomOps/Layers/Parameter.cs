namespace Evergraph.CustomOps.Layers;

/// <summary>A tensor that belongs to a module, whole or cut into equal parts, one a rank.</summary>
public sealed class Parameter
{
    private readonly Tensor?[] _parts;

    /// <summary>Creates a parameter.</summary>
    /// <param name="name">The name in its module, such as <c>weight</c>.</param>
    /// <param name="data">The whole tensor.</param>
    /// <param name="sharding">How ranks share it, or null where every rank has all of it.</param>
    /// <exception cref="EvergraphException">The tensor does not divide evenly.</exception>
    public Parameter(string name, Tensor data, Sharding? sharding = null)
    {
        Name = name;
        Data = data;
        Sharding = sharding is { Parts: > 1 } ? sharding : null;
        _parts = new Tensor?[Sharding?.Parts ?? 0];
        Type = data.Type;
        if (Sharding is not { } cut)
            return;
        long size = cut.Axis < data.Rank ? data.Sizes[cut.Axis] : throw new EvergraphException($"parameter {name} cannot be cut along axis {cut.Axis}: given {data.Type}");
        if (size % cut.Parts != 0)
        {
            throw new EvergraphException(
                $"parameter {name} does not divide over ranks: expected a size along axis {cut.Axis} that is a multiple of {cut.Parts}, given {data.Type}");
        }

        Type = new(data.DType, data.Shape.With(cut.Axis, size / cut.Parts));
    }

    /// <summary>The name in its module.</summary>
    public string Name { get; }

    /// <summary>The whole tensor.</summary>
    public Tensor Data { get; }

    /// <summary>How ranks share it, or null where every rank has all of it.</summary>
    public Sharding? Sharding { get; }

    /// <summary>The type of what one rank has.</summary>
    public TensorType Type { get; }

    /// <summary>
    /// What code that runs now computes with: under a tracer a parameter of the graph, named by the module that runs;
    /// eagerly this rank's part, cut out once.
    /// </summary>
    /// <exception cref="ProcessGroupException">The parameter is cut, and no process group of as many ranks is in force.</exception>
    public Tensor Value
    {
        get
        {
            if (Tracer.Current is { } tracer)
                return tracer.Parameter(this, () => new(tracer.Module.Length == 0 ? Name : $"{tracer.Module}.{Name}", Type, Data, Sharding));
            if (Sharding is not { } cut)
                return Data;
            int rank = ProcessGroup.Require($"parameter {Name}", ProcessGroup.TensorParallel, cut.Parts).Rank;
            return Volatile.Read(ref _parts[rank]) ?? (_parts[rank] = Cut(cut, rank));
        }
    }

    private Tensor Cut(Sharding cut, int rank)
    {
        var part = Scratch.Empty(Data.DType, Type.Shape.Evaluate(static symbol => throw new InvalidOperationException($"a parameter's size has no symbols: given {symbol}")));
        PartLayout.Of(Data.DType, Data.Sizes, cut.Axis, new(Data.Sizes[cut.Axis], cut.Parts)).Extract(Data.ReadOnlyBytes(), part.Bytes(), rank);
        return part;
    }
}
