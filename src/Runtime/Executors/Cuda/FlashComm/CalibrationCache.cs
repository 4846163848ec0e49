using System.Globalization;
using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.FlashComm;

/// <summary>
/// Times of layers that were measured before, beside the compiled kernels: for the same devices in the same order, driver, options that products
/// depend on, build of this library, layer and numbers of tokens. Rank 0's file decides for all ranks, which must choose alike.
/// </summary>
internal sealed class CalibrationCache
{
    private readonly IProcessGroup _ranks;
    private readonly CacheFolder _files;
    private readonly string[] _circumstances;

    /// <summary>Opens the cache; ranks do it together.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="device">This rank's device.</param>
    /// <param name="options">How products are computed, and where files are.</param>
    public CalibrationCache(IProcessGroup ranks, CudaDevice device, CudaOptions options)
    {
        (_ranks, _files) = (ranks, new(options.KernelCache, "times"));
        _circumstances =
        [
            typeof(CalibrationCache).Module.ModuleVersionId.ToString(), device.Name, device.DriverVersion.ToString(CultureInfo.InvariantCulture),
            options.TuneProducts.ToString(), options.AllowTf32.ToString(),
            .. ranks.AllGather<Guid>("cuda::devices", [device.Uuid]).Select(uuid => uuid.ToString()),
        ];
    }

    /// <summary>Looks for a layer's times; ranks do it together.</summary>
    /// <returns>For each number of tokens the time of each of <see cref="LayerShape.Variants"/>, the same on every rank, or null on every rank.</returns>
    public double[]? Find(LayerShape layer, ReadOnlySpan<long> tokens)
    {
        var times = new double[tokens.Length * layer.Variants.Count];
        times.AsSpan().Fill(double.NaN);
        if (_ranks.Rank == 0 && _files.TryRead(KeyOf(layer, tokens), out byte[]? kept) && kept.Length == times.Length * sizeof(double))
            kept.CopyTo(MemoryMarshal.AsBytes(times.AsSpan()));
        times = _ranks.AllGather<double>("cuda::calibrated", times)[..times.Length];
        return Array.TrueForAll(times, time => time > 0 && double.IsFinite(time)) ? times : null;
    }

    /// <summary>Keeps a layer's times.</summary>
    public void Keep(LayerShape layer, ReadOnlySpan<long> tokens, ReadOnlySpan<double> times)
    {
        if (_ranks.Rank == 0)
            _files.Write(KeyOf(layer, tokens), MemoryMarshal.AsBytes(times));
    }

    private string KeyOf(LayerShape layer, ReadOnlySpan<long> tokens) => CacheFolder.Key(
    [
        .. _circumstances, layer.ToString(), $"{layer.Operand} {layer.Result} {layer.Scale}", string.Join(' ', tokens.ToArray()), string.Join(';', layer.Variants),
    ]);
}
