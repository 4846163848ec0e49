using System.Text;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads a torch.save file (a zip of a pickle and raw storages) that holds tensors by name.</summary>
internal static class PickledTensors
{
    /// <summary>The tensors of the dictionary in <paramref name="file"/>.</summary>
    /// <exception cref="ImportException">The file is damaged or holds anything but tensors by name.</exception>
    public static List<StoredTensor> Read(StorageRegion file, string place, ImportLimits limits)
    {
        if (Load(file, place, limits) is not PickleValue.Dict dict)
            throw new ImportException($"{place}: expected a dictionary of tensors, given another value; save the program again with torch.export.save");
        var tensors = new List<StoredTensor>(dict.Items.Count);
        foreach ((PickleValue key, PickleValue value) in dict.Items)
        {
            if (key is not PickleValue.Text name)
                throw new ImportException($"{place}: expected a dictionary of tensors by name, given a key of type {key.Kind}; save the program again with torch.export.save");
            tensors.Add(Tensor(name.Value, value, place));
        }
        return tensors;
    }

    /// <summary>The one tensor of <paramref name="file"/>.</summary>
    /// <exception cref="ImportException">The file is damaged or holds anything else.</exception>
    public static StoredTensor ReadOne(string name, StorageRegion file, string place, ImportLimits limits) =>
        Tensor(name, Load(file, place, limits), place);

    private static StoredTensor Tensor(string name, PickleValue value, string place) => value is PickleValue.Tensor t
        ? new(name, t.Type, t.Sizes, t.Strides, t.Offset, t.Region, t.IsParameter, place)
        : throw new ImportException($"{place}: '{name}' is {value.Kind}, expected a tensor; script objects and tensor subclasses are not read, replace it by a tensor before exporting");

    private static PickleValue Load(StorageRegion file, string place, ImportLimits limits)
    {
        if (file.Length >= 2 && file.Span(0, 1)[0] == 0x80)
            throw new ImportException($"{place}: a torch.save file in the format before PyTorch 1.6, expected a zip; save it again with a newer PyTorch");
        ZipArchiveReader zip = ZipArchiveReader.Open(file, place, limits);
        if (zip.Contains("byteorder") && Encoding.UTF8.GetString(zip.ReadText("byteorder", out _)) is var order && order != "little")
            throw new ImportException($"{place}: its storages are in {order}-endian order, expected little; export the program on a little-endian machine");
        var read = new Dictionary<string, StorageRegion>(StringComparer.Ordinal);
        ReadOnlySpan<byte> pickle = zip.ReadText("data.pkl", out StorageRegion owner);
        PickleValue value = PickleReader.Read(pickle, $"{place}/data.pkl", Storage, limits);
        GC.KeepAlive(owner);
        return value;

        StorageRegion Storage(string key, long bytes)
        {
            // One region for one key, so that tied weights are seen to share it.
            if (!read.TryGetValue(key, out StorageRegion? region))
                read[key] = region = zip.Read($"data/{key}", checkCrc: false);
            return bytes <= region.Length
                ? region
                : throw new ImportException($"{place}: storage '{key}' has {region.Length} bytes, expected {bytes}; the file is truncated or damaged, export it again");
        }
    }
}
