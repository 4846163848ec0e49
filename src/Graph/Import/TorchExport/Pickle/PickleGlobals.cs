
namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The only names a pickle may use, and what they make of data.</summary>
internal sealed class PickleGlobals(PickleStack stack, PickleGlobals.StorageSource storages)
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildTypedTensor = "torch._utils._rebuild_tensor_v3";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";
    private const string Size = "torch.Size";
    private const string Device = "torch.device";
    private const string GetLayout = "torch.serialization._get_layout";
    private const string UntypedStorage = "torch.storage.UntypedStorage";
    private const string UntypedStorageAlias = "torch.UntypedStorage";

    /// <summary>The bytes of a storage by its key; the number is how many bytes the pickle claims.</summary>
    public delegate StorageRegion StorageSource(string key, long bytes);

    /// <summary>The value of <c>module.name</c>, which must be one that tensors need.</summary>
    public PickleValue Resolve(string module, string name)
    {
        string full = $"{module}.{name}";
        if (full is OrderedDict or RebuildTensor or RebuildTypedTensor or RebuildParameter or Size or Device or GetLayout or UntypedStorage or UntypedStorageAlias)
            return new PickleValue.Global(full);
        if (module is "torch" && TorchScalarTypes.TryParse(name, out TorchScalarType type))
            return new PickleValue.ElementType(type);
        if (module is "torch" && TorchScalarTypes.TryParseStorage(name, out _))
            return new PickleValue.Global(full);
        if (module is "torch" && name is "strided")
            return new PickleValue.Placement(full);
        throw stack.Fault($"it asks for the global '{full}', which is refused: pickles are never executed, and tensors need only torch storages and their rebuilding");
    }

    /// <summary>The storage that <c>('storage', class, key, device, count)</c> names.</summary>
    public PickleValue PersistentId(PickleValue.Tuple id)
    {
        if (id.Items is not [PickleValue.Text { Value: "storage" }, PickleValue.Global { Name: var storageClass }, PickleValue.Text { Value: var key }, PickleValue.Text, PickleValue.Int { Value: var count }])
            throw stack.Fault("expected the persistent id ('storage', class, key, device, count)");
        TorchScalarType? type = null;
        if (storageClass is not (UntypedStorage or UntypedStorageAlias))
            type = TorchScalarTypes.TryParseStorage(storageClass["torch.".Length..], out TorchScalarType parsed)
                ? parsed
                : throw stack.Fault($"expected a torch storage class, given '{storageClass}'");
        int size = type?.Size() ?? 1;
        if (count < 0 || count > long.MaxValue / size)
            throw stack.Fault($"storage '{key}' claims {count} elements");
        return new PickleValue.Storage(type, storages(key, count * size));
    }

    /// <summary>What the known function <paramref name="function"/> makes of its arguments.</summary>
    public PickleValue Reduce(PickleValue.Global function, PickleValue[] arguments) => (function.Name, arguments) switch
    {
        (OrderedDict, []) => new PickleValue.Dict([], IsOrderedDict: true),
        (RebuildTensor, [PickleValue.Storage { Type: { } type } storage, PickleValue.Int offset, PickleValue.Tuple sizes, PickleValue.Tuple strides, PickleValue.Bool, ..]) =>
            new PickleValue.Tensor(type, Integers(sizes), Integers(strides), offset.Value, storage.Region, IsParameter: false),
        (RebuildTypedTensor, [PickleValue.Storage storage, PickleValue.Int offset, PickleValue.Tuple sizes, PickleValue.Tuple strides, PickleValue.Bool, _, PickleValue.ElementType type, ..]) =>
            new PickleValue.Tensor(type.Type, Integers(sizes), Integers(strides), offset.Value, storage.Region, IsParameter: false),
        (RebuildParameter, [PickleValue.Tensor tensor, PickleValue.Bool, ..]) => tensor with { IsParameter = true },
        (Size, [PickleValue.Tuple sizes]) => sizes,
        (Device, [PickleValue.Text name, ..]) => new PickleValue.Placement(name.Value),
        (GetLayout, [PickleValue.Text { Value: "torch.strided" }]) => new PickleValue.Placement("torch.strided"),
        _ => throw stack.Fault($"'{function.Name}' is given ({string.Join(", ", arguments.Select(static a => a.Kind))}), which it does not take"),
    };

    private long[] Integers(PickleValue.Tuple tuple) => [.. tuple.Items.Select(item => item is PickleValue.Int value
        ? value.Value
        : throw stack.Fault($"expected a 64-bit integer, given {item.Kind}"))];
}
