using System.Runtime.InteropServices;
using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Native;

namespace Evergraph.Runtime.Cuda.Communication;

/// <summary>
/// A rank's device among those of the other ranks. It connects when a run brings a group that it has not seen; from then on ranks exchange on their
/// devices only, through flags in each other's memory, and no host waits for a device. Used under the rank's lock.
/// </summary>
/// <remarks>
/// <para>
/// A rank's host may enqueue run after run while other ranks' hosts are behind. So nothing on a run's path may free memory: the driver would wait for
/// this rank's device, which waits for another rank, whose host it keeps out of the driver meanwhile. See <c>DeviceBlock</c>.
/// </para>
/// Where devices cannot use each other's memory, collectives are NCCL's, nothing overlaps, and ranks compare the sizes of a run on the host
/// before they enqueue it: a collective of NCCL's whose ranks disagree never ends.
/// </remarks>
internal sealed unsafe class DeviceGroup : IDisposable
{
    private readonly CudaDevice _device;
    private readonly CudaFunction _exchange;
    private readonly nint _fault;
    private readonly CudaOptions _options;
    private SymmetricMemory? _memory;
    private PeerMemory? _peers;
    private NcclCommunicator? _nccl;
    private IProcessGroup? _group;
    private int _exchanges;

    /// <param name="device">This rank's device.</param>
    /// <param name="stream">The rank's stream.</param>
    /// <param name="exchange">The kernel of <see cref="Source"/>.</param>
    /// <param name="fault">Where kernels report.</param>
    /// <param name="options">Whether peers' memory may be used.</param>
    public DeviceGroup(CudaDevice device, CudaStream stream, CudaFunction exchange, nint fault, CudaOptions options)
    {
        (_device, _exchange, _fault, _options) = (device, exchange, fault, options);
        Streams = new(device, stream);
    }

    /// <summary>The kernel by which ranks meet.</summary>
    public static KernelSource Source { get; } = new(
        "exchange", string.Concat(KernelResources.Read("prelude.cuh"), KernelResources.Read("communication.cuh"), KernelResources.Read("exchange.cu")), []);

    /// <summary>The streams on which a call's products and copies run side by side.</summary>
    public OverlapStreams Streams { get; }

    /// <summary>Which rank this is.</summary>
    public int Rank { get; private set; }

    /// <summary>How many ranks there are; 0 before the first connection.</summary>
    public int Size { get; private set; }

    /// <summary>How long ranks wait for each other.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>NCCL's group, where ranks cannot use each other's memory; otherwise null.</summary>
    public NcclCommunicator? Nccl => _nccl;

    /// <summary>Why ranks do not use each other's memory, or null where they do.</summary>
    public string? WhyNoPeers { get; private set; }

    /// <summary>Whether the options of all ranks allow sums to travel packed: ranks read what others wrote.</summary>
    public bool PacksSums { get; private set; }

    /// <summary>
    /// The fewest multiprocessors of a rank's device, by which ranks cut products into the same tiles; 0 where some device does not run products that send their tiles.
    /// </summary>
    public int FusedMultiprocessors { get; private set; }

    /// <summary>The bytes that a buffer holds.</summary>
    public long BufferBytes => _memory?.BufferBytes ?? 0;

    /// <summary>The head of this rank's symmetric memory.</summary>
    public nint Control => _memory!.Address;

    /// <summary>Where kernels report.</summary>
    public nint Fault => _fault;

    /// <summary>The other ranks.</summary>
    public ulong Others => All & ~(1ul << Rank);

    private ulong All => Size == 64 ? ulong.MaxValue : (1ul << Size) - 1;

    /// <summary>Whether a run with this group needs <see cref="Connect"/>.</summary>
    public bool IsConnected(IProcessGroup group, long bufferBytes) => ReferenceEquals(group, _group) && bufferBytes <= BufferBytes;

    /// <summary>
    /// Meets the other ranks: opens their memory, and makes all flags and epochs zero. Every rank does it for the same run. What ran before is waited
    /// for; what the caller recorded with old addresses is of no more use.
    /// </summary>
    /// <param name="group">Through which ranks tell each other where their memory is.</param>
    /// <param name="bufferBytes">How much a buffer must hold.</param>
    /// <exception cref="ProcessGroupException">A rank does not come, or there is no way from device to device.</exception>
    public void Connect(IProcessGroup group, long bufferBytes)
    {
        _group = null;
        Streams.Main.Synchronize();
        (Rank, Size, Timeout) = (group.Rank, group.Size, group.Timeout);
        _peers?.Dispose();
        _peers = null;
        _nccl?.Dispose();
        _nccl = null;

        // After this no rank still writes into another's memory. Buffers are as large on every rank, since ranks count places in each other's: one that
        // is made anew takes the size that the others have.
        bufferBytes = group.AllGather("cuda::release", [Math.Max(bufferBytes, BufferBytes)]).Max();
        if (_memory is null || _memory.BufferBytes < bufferBytes)
        {
            _memory?.Dispose();
            _memory = null;
            _memory = new(_device, bufferBytes);
        }

        _memory.Clear(Streams.Main);
        Streams.Main.Synchronize();
        var records = group.AllGather("cuda::connect", [PeerRecord.Of(_device, _memory, _options)]);
        PacksSums = Array.TrueForAll(records, record => record.PacksSums != 0);
        FusedMultiprocessors = records.Min(record => record.FusedMultiprocessors);
        WhyNoPeers = PeerMemory.WhyNot(records) ?? OpenPeers(group, records);
        if (WhyNoPeers is not null)
            OpenNccl(group, records);
        WriteHead(group);
        group.Barrier(new("cuda::connect", Tensor.Empty(DType.UInt8, [0])));
        _exchanges = 0;
        _group = group;
    }

    /// <summary>Forgets the group, whose ranks are no longer in step.</summary>
    public void Disconnect()
    {
        _group = null;
        _nccl?.Abort();
        _nccl = null;
    }

    /// <summary>Begins a run: buffers are taken in turn from the first.</summary>
    /// <param name="symbols">The sizes of the run, compared on the host where devices cannot.</param>
    public void BeginRun(ReadOnlySpan<long> symbols)
    {
        _exchanges = 0;
        var group = _group!;
        if (_nccl is null)
            return;
        long[] known = group.AllGather("cuda::run", symbols);
        for (int rank = 0; rank < Size; rank++)
        {
            var other = known.AsSpan(rank * symbols.Length, symbols.Length);
            if (!other.SequenceEqual(symbols))
            {
                throw new ProcessGroupException(
                    $"ranks of process group '{group.Name}' disagree on the sizes of a run: rank {Rank} has [{string.Join(", ", symbols.ToArray())}], rank {rank} [{string.Join(", ", other.ToArray())}]; "
                    + "every rank must call with the same sizes");
            }
        }
    }

    /// <summary>Ends a run: see <see cref="SymmetricLayout"/> for why neighbours never have the same buffer.</summary>
    public void EndRun()
    {
        if (_exchanges == 1 && _nccl is null)
            Meet(Streams.Main, Take(), 0, -1);
    }

    /// <summary>The buffer of the next exchange.</summary>
    public int Take() => SymmetricLayout.BufferOf(_exchanges++);

    /// <summary>Where a buffer begins, from the beginning of any rank's symmetric memory.</summary>
    public long BufferAt(int buffer) => _memory!.BufferAt(buffer);

    /// <summary>A rank's buffer as this device sees it.</summary>
    public nint BufferOf(int rank, int buffer) => (rank == Rank ? _memory!.Address : _peers!.Addresses[rank]) + (nint)BufferAt(buffer);

    /// <summary>Begins a call on the rank's stream, and tells nobody yet.</summary>
    public void Begin(long tokens, int node) => Exchange(Streams.Main, new() { Begins = 1, Tokens = TokenWord(tokens), Node = node });

    /// <summary>Begins a call, tells all ranks, and lets the stream wait for all of them.</summary>
    public void Meet(CudaStream stream, int buffer, long tokens, int node) => Exchange(stream, new()
    {
        Begins = 1,
        Tokens = TokenWord(tokens),
        Buffer = buffer,
        Signals = Others,
        Waits = Others,
        Node = node,
    });

    /// <summary>Enqueues flags to set, and flags to wait for.</summary>
    public void Exchange(CudaStream stream, ExchangeArguments arguments)
    {
        arguments.Control = Control;
        arguments.Fault = _fault;
        _exchange.Launch(stream, 1, 1, 1, SymmetricLayout.MostRanks, 0, &arguments);
    }

    /// <summary>Sets a flag at another rank by a copy, after the stream's copies before it: the device's multiprocessors are not needed for it.</summary>
    public void CopyFlag(CudaStream stream, int to, int buffer, int slot) =>
        stream.CopyOnDevice(_peers!.Addresses[to] + SymmetricLayout.FlagAt(buffer, Rank, slot), Control + SymmetricLayout.WordAt, sizeof(ulong));

    /// <summary>The number of tokens as flags carry it.</summary>
    public static int TokenWord(long tokens) => (int)(tokens & int.MaxValue);

    public void Dispose()
    {
        _peers?.Dispose();
        _nccl?.Dispose();
        _memory?.Dispose();
        Streams.Dispose();
    }

    /// <summary>Opens the others' memory; where a rank could not, none uses it.</summary>
    private string? OpenPeers(IProcessGroup group, PeerRecord[] records)
    {
        string? problem = null;
        try
        {
            _peers = PeerMemory.Open(_device, Rank, records);
        }
        catch (CudaException exception) when (exception is not CudaDeviceLostException and not CudaOutOfMemoryException)
        {
            problem = exception.Message;
        }

        int first = Array.IndexOf(group.AllGather("cuda::peers", [problem is null]), false);
        if (first < 0)
            return null;
        _peers?.Dispose();
        _peers = null;
        return problem ?? $"rank {first} cannot open the memory of all others";
    }

    private void OpenNccl(IProcessGroup group, PeerRecord[] records)
    {
        int without = Array.FindIndex(records, record => record.HasNccl == 0);
        bool shared = records.Select(record => record.Device).Distinct().Count() < records.Length;
        if (without >= 0 || shared)
        {
            throw new ProcessGroupException(
                $"the devices of process group '{group.Name}' cannot communicate: {WhyNoPeers}, and {(shared ? "NCCL needs a device for each rank" : CudaLibraries.WhyMissing(CudaLibraries.Nccl) ?? $"rank {without} has no NCCL")}; "
                + "give each rank a device of its own, install NCCL, or compile with CudaOptions.Communication = DeviceCommunication.Host");
        }

        _nccl = NcclCommunicator.Meet(_device, group);
    }

    private void WriteHead(IProcessGroup group)
    {
        // epoch, word, timeout, rank and number of ranks, then where each rank's memory is.
        Span<long> head = stackalloc long[4 + SymmetricLayout.MostRanks];
        head.Clear();
        head[2] = (long)Math.Min(group.Timeout.TotalNanoseconds, long.MaxValue / 2);
        head[3] = (uint)Rank | ((long)Size << 32);
        for (int rank = 0; rank < Size && _peers is not null; rank++)
            head[4 + rank] = _peers.Addresses[rank];

        // Kernels find this rank's own buffers here too, which NCCL fills where there are no peers.
        head[4 + Rank] = Control;
        using var staging = PinnedMemory.Allocate(_device, head.Length * sizeof(long));
        MemoryMarshal.AsBytes(head).CopyTo(staging.Span(0, (int)staging.Bytes));
        Streams.Main.CopyToDevice(Control, staging.Address, staging.Bytes);
        Streams.Main.Synchronize();
    }
}
