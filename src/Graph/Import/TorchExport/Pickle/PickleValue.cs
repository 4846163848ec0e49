using System.Numerics;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>What a pickle of tensors can hold. Nothing in it is ever called.</summary>
internal abstract record PickleValue
{
    private PickleValue() { }

    public sealed record None : PickleValue
    {
        public static readonly None Value = new();
    }

    public sealed record Bool(bool Value) : PickleValue;

    public sealed record Int(long Value) : PickleValue;

    /// <summary>An integer beyond 64 bits: allowed to be there, not to be used.</summary>
    public sealed record BigInt(BigInteger Value) : PickleValue;

    public sealed record Float(double Value) : PickleValue;

    public sealed record Text(string Value) : PickleValue;

    public sealed record Bytes(long Length) : PickleValue;

    public sealed record Tuple(PickleValue[] Items) : PickleValue;

    public sealed record List(List<PickleValue> Items) : PickleValue;

    /// <summary>A dict or an OrderedDict, in the order written.</summary>
    public sealed record Dict(List<(PickleValue Key, PickleValue Value)> Items, bool IsOrderedDict) : PickleValue;

    /// <summary>One of the few names that tensors need.</summary>
    public sealed record Global(string Name) : PickleValue;

    /// <summary>A torch.dtype.</summary>
    public sealed record ElementType(TorchScalarType Type) : PickleValue;

    /// <summary>A torch.device or torch.layout: read and dropped, all values here are dense and have no device.</summary>
    public sealed record Placement(string Name) : PickleValue;

    /// <summary>What a persistent id names: raw bytes beside the pickle. An untyped storage counts bytes.</summary>
    public sealed record Storage(TorchScalarType? Type, StorageRegion Region) : PickleValue;

    public sealed record Tensor(TorchScalarType Type, long[] Sizes, long[] Strides, long Offset, StorageRegion Region, bool IsParameter) : PickleValue;

    /// <summary>The kind of value, for errors.</summary>
    public string Kind => GetType().Name switch
    {
        nameof(Text) => "str",
        nameof(BigInt) => "int",
        nameof(ElementType) => "torch.dtype",
        var name => name.ToLowerInvariant(),
    };
}
