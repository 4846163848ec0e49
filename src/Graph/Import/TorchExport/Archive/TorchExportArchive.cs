using System.Text;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>How a .pt2 file holds its parts.</summary>
public enum TorchExportLayout
{
    /// <summary>PyTorch 2.5 to 2.7: program text and pickles at the top.</summary>
    Legacy,
    /// <summary>About PyTorch 2.8: folders, weights in pickles.</summary>
    ArchivePickled,
    /// <summary>PyTorch 2.9 on: folders, weights as raw storages.</summary>
    ArchiveRaw,
}

/// <summary>What <c>torch.export.save</c> wrote: the program and its tensors, mapped where they are stored. The layout is told by content, not by version.</summary>
public sealed class TorchExportArchive
{
    private const string LegacyProgram = "serialized_exported_program.json";
    private const string LegacyWeights = "serialized_state_dict.pt";
    private const string LegacyConstants = "serialized_constants.pt";
    private const string Models = "models/";
    private const string WeightsFolder = "data/weights";
    private const string ConstantsFolder = "data/constants";

    private TorchExportArchive(
        string path, TorchExportLayout layout, ExportedProgram program, IReadOnlyDictionary<string, StoredTensor> weights, IReadOnlyDictionary<string, StoredTensor> constants)
    {
        Path = path;
        Layout = layout;
        Program = program;
        Weights = weights;
        Constants = constants;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How the file holds its parts.</summary>
    public TorchExportLayout Layout { get; }

    /// <summary>The program text, typed.</summary>
    public ExportedProgram Program { get; }

    /// <summary>Parameters and persistent buffers by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Weights { get; }

    /// <summary>Tensor constants and buffers that are not persistent, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Constants { get; }

    /// <summary>Reads the file. Weights are not copied and not touched.</summary>
    /// <exception cref="ImportException">The file is missing, damaged, or not what torch.export.save writes.</exception>
    public static TorchExportArchive Open(string path, ImportLimits? limits = null)
    {
        limits ??= ImportLimits.Default;
        ZipArchiveReader zip = ZipArchiveReader.Open(MappedFile.Open(path).Whole, path, limits);
        if (zip.Contains("byteorder") && Encoding.UTF8.GetString(zip.ReadText("byteorder", out _)) is var order && order != "little")
            throw new ImportException($"{path}: its weights are in {order}-endian order, expected little; export the program on a little-endian machine");
        if (zip.Contains(LegacyProgram))
            return new(
                path, TorchExportLayout.Legacy, ReadProgram(zip, LegacyProgram, limits),
                Pickled(zip, LegacyWeights, limits), Pickled(zip, LegacyConstants, limits));
        string model = OnlyModel(zip);
        ExportedProgram program = ReadProgram(zip, $"{Models}{model}.json", limits);
        string weights = $"{WeightsFolder}/{model}.pt", constants = $"{ConstantsFolder}/{model}.pt";
        return zip.Contains(weights) || zip.Contains(constants)
            ? new(path, TorchExportLayout.ArchivePickled, program, Pickled(zip, weights, limits), Pickled(zip, constants, limits))
            : new(
                path, TorchExportLayout.ArchiveRaw, program,
                Raw(zip, $"{WeightsFolder}/{model}_weights_config.json", WeightsFolder, limits),
                Raw(zip, $"{ConstantsFolder}/{model}_constants_config.json", ConstantsFolder, limits));
    }

    private static string OnlyModel(ZipArchiveReader zip)
    {
        string[] models = [.. zip.Names
            .Where(static n => n.StartsWith(Models, StringComparison.Ordinal) && n.EndsWith(".json", StringComparison.Ordinal))
            .Select(static n => n[Models.Length..^".json".Length])];
        if (models is [var only])
            return only;
        if (models.Length > 1)
            throw new ImportException($"{zip.Place}: expected one model, given {models.Length} ({string.Join(", ", models)}); save each in a file of its own");
        throw new ImportException(zip.Names.Any(static n => n.StartsWith("data/aotinductor/", StringComparison.Ordinal))
            ? $"{zip.Place}: holds a package compiled by AOTInductor, expected an exported program; save it with torch.export.save"
            : $"{zip.Place}: expected {LegacyProgram} or models/NAME.json, given neither; save the program with torch.export.save");
    }

    private static ExportedProgram ReadProgram(ZipArchiveReader zip, string name, ImportLimits limits)
    {
        ExportedProgram program = ProgramReader.Read(zip.ReadText(name, out StorageRegion owner), $"{zip.Place}: {name}", limits);
        GC.KeepAlive(owner);
        return program;
    }

    private static Dictionary<string, StoredTensor> Pickled(ZipArchiveReader zip, string name, ImportLimits limits) =>
        ByName(zip, name, zip.Contains(name) ? PickledTensors.Read(zip.Read(name, checkCrc: false), $"{zip.Place}: {name}", limits) : []);

    private static Dictionary<string, StoredTensor> Raw(ZipArchiveReader zip, string config, string folder, ImportLimits limits) =>
        ByName(zip, config, zip.Contains(config) ? PayloadConfig.Read(zip, config, folder, limits) : []);

    private static Dictionary<string, StoredTensor> ByName(ZipArchiveReader zip, string entry, List<StoredTensor> tensors)
    {
        var byName = new Dictionary<string, StoredTensor>(tensors.Count, StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
            if (!byName.TryAdd(tensor.Name, tensor))
                throw new ImportException($"{zip.Place}: {entry}: two tensors are named '{tensor.Name}', expected one; export the file again");
        return byName;
    }
}
