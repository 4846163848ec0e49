using Evergraph.CustomOps;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Communication;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Runs a collective from device to device.</summary>
internal sealed class CollectiveRunner : StepRunner
{
    private readonly CollectiveStep _step;
    private readonly ShardKernels _shards;
    private readonly DType _type;
    private readonly PlacedOperand _operand;
    private readonly int _outer;
    private readonly int _size;
    private readonly int _inner;
    private readonly int _rowBytes;

    public CollectiveRunner(CollectiveStep step, DevicePlan plan, ReadOnlySpan<CudaFunction> functions)
        : base(step)
    {
        _step = step;
        _type = step.Results[0].Type.DType;
        _shards = new(_type, functions);
        _operand = new(step.Operands[0], plan.Dims);
        (_outer, _size, _inner) = (plan.Dims.Add(step.Outer), plan.Dims.Add(step.Size), plan.Dims.Add(step.Inner));
        _rowBytes = plan.Dims.Add(step.RowBytes);
    }

    public override void Enqueue(DeviceRun run)
    {
        var group = run.Group;
        var partition = new Partition(run.Dims[_size], _step.Ranks);
        ShardArguments arguments = new()
        {
            X = _operand.Address(run),
            Result = run.Addresses[_step.Results[0].Id],
            Outer = (int)run.Dims[_outer],
            Size = (int)partition.Size,
            Part = (int)partition.Part,
            Inner = checked((int)run.Dims[_inner]),
            Ranks = _step.Ranks,
            Rank = group.Rank,
        };
        switch (_step.Kind)
        {
            case CollectiveKind.Split:
                _shards.Split(run.Stream, arguments, 1);
                break;
            case CollectiveKind.AllGather:
                Gather(run, group, arguments);
                break;
            case CollectiveKind.ReduceScatter:
                ReduceScatter(run, group, arguments);
                break;
            default:
                AllReduce(run, group, arguments);
                break;
        }
    }

    private void AllReduce(DeviceRun run, DeviceGroup group, ShardArguments arguments)
    {
        if (group.Nccl is { } nccl)
        {
            nccl.AllReduce(run.Stream, _type, arguments.X, arguments.Result, arguments.Inner);
            return;
        }

        int buffer = group.Take();
        run.Stream.CopyOnDevice(group.BufferOf(group.Rank, buffer), arguments.X, (long)arguments.Inner * _type.Size());

        // All of it is everyone's part.
        _shards.Reduce(group, run.Stream, arguments with { Size = 1, Part = 1, Rank = 0, BufferNumber = buffer, Tokens = DeviceGroup.TokenWord(arguments.Inner), Node = Step.Node });
    }

    private void ReduceScatter(DeviceRun run, DeviceGroup group, ShardArguments arguments)
    {
        int buffer = group.Take();
        nint parts = group.BufferOf(group.Rank, buffer);
        _shards.Split(run.Stream, arguments with { Result = parts, Rank = 0 }, arguments.Ranks);
        if (group.Nccl is { } nccl)
        {
            nccl.ReduceScatter(run.Stream, _type, parts, arguments.Result, (long)arguments.Outer * arguments.Part * arguments.Inner);
            return;
        }

        long tokens = (long)arguments.Outer * arguments.Size;
        _shards.Reduce(group, run.Stream, arguments with { BufferNumber = buffer, Tokens = DeviceGroup.TokenWord(tokens), Node = Step.Node });
    }

    /// <summary>In pieces of whole places before the axis, as many as a buffer holds.</summary>
    private void Gather(DeviceRun run, DeviceGroup group, ShardArguments arguments)
    {
        long rowBytes = run.Dims[_rowBytes];
        long most = rowBytes == 0 ? int.MaxValue : Math.Max(1, group.BufferBytes / rowBytes), outer = arguments.Outer, first = 0;
        long partBytes = (long)arguments.Part * arguments.Inner * _type.Size(), wholeBytes = (long)arguments.Size * arguments.Inner * _type.Size();
        do
        {
            var piece = arguments with
            {
                Outer = (int)Math.Min(most, outer - first),
                X = arguments.X + (nint)(first * partBytes),
                Result = arguments.Result + (nint)(first * wholeBytes),
            };
            int buffer = group.Take();
            (piece.Control, piece.Buffer) = (group.Control, group.BufferAt(buffer));
            if (group.Nccl is { } nccl)
            {
                nccl.AllGather(run.Stream, _type, piece.X, group.BufferOf(group.Rank, buffer), (long)piece.Outer * piece.Part * piece.Inner);
            }
            else
            {
                _shards.Push(run.Stream, piece);
                group.Meet(run.Stream, buffer, outer * arguments.Size, Step.Node);
            }

            _shards.Join(run.Stream, piece);
            first += most;
        }
        while (first < outer);
    }
}
