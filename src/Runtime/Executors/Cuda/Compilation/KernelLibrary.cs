using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Evergraph.Runtime.Cuda.Device;

namespace Evergraph.Runtime.Cuda.Compilation;

/// <summary>The kernels of a device: compiled or read from the disk once, and loaded as long as the library lives. Thread-safe.</summary>
internal sealed class KernelLibrary : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CacheFolder _cache;
    private readonly Lock _gate = new();
    private readonly Dictionary<KernelSource, (CudaModule Module, CudaFunction Function)> _loaded = [];
    private int _compiled;
    private int _cached;
    private bool _disposed;

    /// <summary>Creates a library without kernels.</summary>
    /// <param name="device">Where they are to run.</param>
    /// <param name="cacheFolder">Where compiled kernels are kept: null for the user's folder for caches, empty for nowhere.</param>
    public KernelLibrary(CudaDevice device, string? cacheFolder)
    {
        _device = device;
        _cache = new(cacheFolder);
    }

    /// <summary>How many kernels NVRTC compiled.</summary>
    public int Compiled => Volatile.Read(ref _compiled);

    /// <summary>How many kernels were read from the disk.</summary>
    public int Cached => Volatile.Read(ref _cached);

    /// <summary>Why the folder of compiled kernels could not be used, or null.</summary>
    public string? CacheProblem => _cache.Problem;

    /// <summary>Makes kernels ready; those that the library does not have are compiled at the same time on the thread pool.</summary>
    /// <param name="sources">The kernels; equal ones may repeat.</param>
    /// <returns>The kernel of each source; equal sources share one.</returns>
    /// <exception cref="CudaUnavailableException">Something is not on the disk, and there is no NVRTC.</exception>
    /// <exception cref="KernelCompilationException">NVRTC refuses a source; the first such one. The others are kept.</exception>
    /// <exception cref="CudaException">A kernel does not load.</exception>
    public CudaFunction[] Compile(IReadOnlyList<KernelSource> sources)
    {
        lock (_gate)
        {
            using var phase = Telemetry.Phase("evergraph.cuda.kernels");
            ObjectDisposedException.ThrowIf(_disposed, this);
            KernelSource[] missing = [.. sources.Where(source => !_loaded.ContainsKey(source)).Distinct()];
            var made = new (CudaModule, CudaFunction)?[missing.Length];
            var failures = new ExceptionDispatchInfo?[missing.Length];
            // Without buffering: a kernel takes long to compile, and a thread that took two of them would leave another without work.
            Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, missing.Length), EnumerablePartitionerOptions.NoBuffering), i =>
            {
                try
                {
                    made[i] = Load(missing[i]);
                }
                catch (Exception exception)
                {
                    // Which of several failures is reported must not depend on threads.
                    failures[i] = ExceptionDispatchInfo.Capture(exception);
                }
            });
            for (int i = 0; i < missing.Length; i++)
            {
                if (made[i] is { } kernel)
                    _loaded.Add(missing[i], kernel);
            }

            failures.FirstOrDefault(failure => failure is not null)?.Throw();
            return [.. sources.Select(source => _loaded[source].Function)];
        }
    }

    /// <summary>Unloads the kernels. None may be running, and none can be launched any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var (module, _) in _loaded.Values)
                module.Dispose();
            _loaded.Clear();
        }
    }

    private (CudaModule, CudaFunction) Load(KernelSource source)
    {
        string key = CacheFolder.Key(source, _device.Name, _device.Architecture, _device.DriverVersion);
        string origin = $"kernel {source.Name}";
        if (_cache.TryRead(key, out byte[]? image))
        {
            Interlocked.Increment(ref _cached);
            origin += $" from {_cache.PathOf(key)}; delete the file to compile it anew";
        }
        else
        {
            image = NvrtcCompiler.Compile(source, _device.Architecture);
            Interlocked.Increment(ref _compiled);
            _cache.Write(key, image);
        }

        var module = CudaModule.Load(_device, image, origin);
        try
        {
            return (module, module.Function(source.Name));
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }
}
