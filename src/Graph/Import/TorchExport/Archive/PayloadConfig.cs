
namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Reads <c>{"config": {name: {path_name, is_param, use_pickle, tensor_meta}}}</c> and the raw storages it names.</summary>
internal static class PayloadConfig
{
    /// <summary>The tensors of <paramref name="configName"/>, whose storages lie in <paramref name="folder"/>.</summary>
    /// <exception cref="ImportException">The text is not such a config, or a tensor does not fit its storage.</exception>
    public static List<StoredTensor> Read(ZipArchiveReader zip, string configName, string folder, ImportLimits limits)
    {
        var json = new JsonCursor(zip.ReadText(configName, out StorageRegion owner), $"{zip.Place}: {configName}");
        var storages = new Dictionary<string, StorageRegion>(StringComparer.Ordinal);
        var tensors = new List<StoredTensor>();
        json.Next();
        json.BeginObject("config");
        while (json.NextProperty())
        {
            if (!json.Is("config"u8))
            {
                json.Skip();
                continue;
            }
            json.BeginObject("config");
            while (json.NextEntry(out string name))
                tensors.Add(ReadTensor(ref json, name, zip, folder, storages, limits));
        }
        json.End();
        GC.KeepAlive(owner);
        return tensors;
    }

    private static StoredTensor ReadTensor(
        ref JsonCursor json, string name, ZipArchiveReader zip, string folder, Dictionary<string, StorageRegion> storages, ImportLimits limits)
    {
        json.BeginObject(name);
        string? path = null;
        bool isParameter = false, isPickled = false;
        (ExportedTensorMeta Meta, IReadOnlyList<ExportedSize> Strides, ExportedSize Offset)? meta = null;
        while (json.NextProperty())
        {
            if (json.Is("path_name"u8))
                path = json.Text(name);
            else if (json.Is("is_param"u8))
                isParameter = json.Bool(name);
            else if (json.Is("use_pickle"u8))
                isPickled = json.Bool(name);
            else if (json.Is("tensor_meta"u8))
                meta = TensorMetaReader.ReadStrided(ref json, name, wantStrides: true);
            else
                json.Skip();
        }
        if (path is null)
            throw json.Fault($"tensor '{name}': expected 'path_name', given none");
        string entry = $"{folder}/{path}";
        if (isPickled)
            return PickledTensors.ReadOne(name, zip.Read(entry, checkCrc: false), $"{zip.Place}: {entry}", limits);
        if (meta is not { } stated)
            throw json.Fault($"'{name}': expected 'tensor_meta', given none: it is a script object, which is not read; replace it by tensors before exporting");
        // One region for one path, so that tied weights are seen to share it.
        if (!storages.TryGetValue(entry, out StorageRegion? storage))
            storages[entry] = storage = zip.Read(entry, checkCrc: false);
        return new(
            name, stated.Meta.Type, Constants(ref json, name, stated.Meta.Sizes), Constants(ref json, name, stated.Strides),
            Constants(ref json, name, [stated.Offset])[0], storage, isParameter, $"{zip.Place}: {entry}");
    }

    private static long[] Constants(ref JsonCursor json, string name, IReadOnlyList<ExportedSize> sizes)
    {
        var constants = new long[sizes.Count];
        for (int i = 0; i < constants.Length; i++)
            constants[i] = sizes[i].Expression is null
                ? sizes[i].Value
                : throw json.Fault($"tensor '{name}': expected a constant size, given {sizes[i]}");
        return constants;
    }
}
