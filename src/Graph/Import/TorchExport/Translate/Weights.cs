namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Makes tensors of what the file stores, without copying what lies dense.</summary>
internal sealed class Weights(TorchExportArchive archive)
{
    private readonly Dictionary<(StorageRegion, long, TorchScalarType, string), Tensor> _tensors = [];

    /// <summary>The stored tensor of an input of the graph.</summary>
    /// <exception cref="ImportException">The file has none of that name.</exception>
    public StoredTensor Stored(ExportedInputSpec spec) =>
        archive.Weights.TryGetValue(spec.Path, out StoredTensor? stored) || archive.Constants.TryGetValue(spec.Path, out stored)
            ? stored
            : throw new ImportException(
                $"{archive.Path}: the program uses {Describe(spec)}, of which the file stores no value; the file is incomplete, export it again");

    /// <summary>The tensor. Tied weights are one object.</summary>
    /// <exception cref="ImportException">The element type is not one of ours.</exception>
    public Tensor Load(ExportedInputSpec spec)
    {
        StoredTensor stored = Stored(spec);
        var key = (stored.Storage, stored.Offset, stored.Type, $"{string.Join(',', stored.Sizes)};{string.Join(',', stored.Strides)}");
        if (_tensors.TryGetValue(key, out Tensor? tensor))
            return tensor;
        DType type = stored.Type.ToDType() ?? throw new ImportException(
            $"{archive.Path}: {Describe(spec)} has elements of {stored.Type.Name()}, expected one of {TorchScalarTypes.SupportedNames}; convert it before exporting");
        StorageRegion bytes = stored.DenseBytes();
        try
        {
            return _tensors[key] = new(type, stored.Sizes, Storage.Map(bytes.Address, bytes.Length, bytes));
        }
        catch (EvergraphException fault) when (fault is not ImportException)
        {
            throw new ImportException($"{archive.Path}: {Describe(spec)}: {fault.Message}", fault);
        }
    }

    private static string Describe(ExportedInputSpec spec) => spec.Kind switch
    {
        ExportedInputKind.Parameter => $"parameter '{spec.Path}'",
        ExportedInputKind.Buffer => $"buffer '{spec.Path}'",
        _ => $"constant '{spec.Path}'",
    };
}
