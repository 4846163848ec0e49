using Evergraph.CustomOps;
using Evergraph.CustomOps.Dispatch;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Cuda.Running;

/// <summary>Runs a node as C# code on the host, through dispatch, between two copies. Other steps wait for it.</summary>
internal sealed class HostRunner : StepRunner
{
    private readonly HostStep _step;
    private readonly DispatchSite _site;
    private readonly DTypeSet _dtypes;
    private readonly BranchCounter? _branches;
    private readonly PinnedPool _pool;
    private readonly PlacedOperand[] _operands;
    private readonly int[][] _operandSizes;
    private readonly int[][] _resultSizes;
    private readonly (int Result, int Axis, int Symbol)[] _binds;

    public HostRunner(HostStep step, DevicePlan plan, LoadContext context, PinnedPool pool)
        : base(step)
    {
        _step = step;
        _pool = pool;
        var node = step.GraphNode;
        _site = new(node.Operator, context.Dispatcher);
        _dtypes = plan.Graph.DTypesOf(node);
        _branches = node.Operator.Has(OperatorTraits.MaybeOverlap) ? context.Statistics.CounterOf(step.Node, node) : null;
        _operands = [.. step.Operands.Select(operand => new PlacedOperand(operand, plan.Dims))];
        _operandSizes = [.. step.Operands.Select(operand => plan.Dims.Add(operand.Value.Type.Shape))];
        _resultSizes = [.. step.Results.Select(result => plan.Dims.Add(result.Type.Shape))];
        _binds = [.. BindsOf(step, context.Symbols)];
    }

    public override void Enqueue(DeviceRun run)
    {
        var node = _step.GraphNode;
        var operands = new Dictionary<int, Tensor>();
        int next = 0;
        foreach (var operand in node.Operands)
            operands[operand.Id] = Download(run, next++);
        var results = new Tensor[_step.Results.Count];
        Call(run, operands, results);
        Bind(run, results);
        for (int i = 0; i < results.Length; i++)
            Upload(run, i, results[i]);

        // The tensors' memory is read by copies that may still be under way.
        run.Stream.Synchronize();
    }

    private void Call(DeviceRun run, Dictionary<int, Tensor> operands, Tensor[] results)
    {
        var node = _step.GraphNode;
        var arguments = KernelArguments.Bind(node.Arguments, value => operands[value.Id], symbol => run.Symbols[run.Context.Symbols.SlotOf(symbol)]);
        var outer = _branches is null ? null : BranchRecorder.Exchange(_branches);
        try
        {
            _site.Call(null, arguments, _dtypes, results);
        }
        catch (Exception exception) when (!(node.Operator.Has(OperatorTraits.Collective) && exception is EvergraphException))
        {
            throw new KernelException(
                node, $"its kernel failed on ({string.Join(", ", operands.Values.Select(operand => operand.ToString()))}): {ImplementationFailure.Describe(exception)}", exception);
        }
        finally
        {
            if (_branches is not null)
                BranchRecorder.Exchange(outer);
        }
    }

    private Tensor Download(DeviceRun run, int operand)
    {
        var tensor = Tensor.Empty(_step.Operands[operand].Value.Type.DType, Array.ConvertAll(_operandSizes[operand], place => run.Dims[place]));
        long bytes = tensor.ByteCount;
        if (bytes == 0)
            return tensor;
        var block = _pool.Rent(bytes);
        run.Stream.CopyToHost(block.Address, _operands[operand].Address(run), bytes);
        run.Stream.Synchronize();
        block.Span(0, (int)bytes).CopyTo(tensor.Bytes());
        _pool.Return(block);
        return tensor;
    }

    /// <summary>Gives symbols their values from the sizes of results, and decides what depends on them.</summary>
    private void Bind(DeviceRun run, Tensor[] results)
    {
        foreach (var (result, axis, slot) in _binds)
        {
            var symbol = run.Context.Symbols.Symbols[slot];
            if (results[result] is not { } tensor || tensor.Rank <= axis || tensor.Sizes[axis] < symbol.Min || tensor.Sizes[axis] > symbol.Max)
            {
                throw new KernelException(
                    _step.GraphNode,
                    $"its fake and its real disagree: result {result}: expected {_step.GraphNode.OutputTypes[result]} with {symbol.Describe()} at axis {axis}, given {results[result]?.ToString() ?? "nothing"}");
            }

            run.Symbols[slot] = tensor.Sizes[axis];
        }

        if (_binds.Length == 0)
            return;
        run.Plan.Dims.EvaluateAfter(_step.Node, run.Symbols, run.Dims);
        run.Context.Statistics.CountChecks(run.Context.Requirements.CheckAfter(_step.Node, run.Symbols));
    }

    private void Upload(DeviceRun run, int result, Tensor tensor)
    {
        var value = _step.Results[result];
        long[] sizes = Array.ConvertAll(_resultSizes[result], place => run.Dims[place]);
        if (tensor is null || tensor.DType != value.Type.DType || !tensor.Sizes.SequenceEqual(sizes))
        {
            throw new KernelException(
                _step.GraphNode,
                $"its fake and its real disagree: result {result}: expected {new TensorType(value.Type.DType, Shape.FromSizes(sizes))}, given {tensor?.ToString() ?? "nothing"}");
        }

        long bytes = tensor.ByteCount;
        if (run.Plan.SlotOf[value.Id] == BufferPlan.NoSlot)
            run.Allocate(value.Id, bytes);
        if (bytes == 0)
            return;
        using var pinned = tensor.Storage.Pin();
        run.Stream.CopyToDevice(run.Addresses[value.Id], pinned.Pointer + (nint)tensor.ByteOffset, bytes);
        run.Stream.Synchronize();
    }

    private static IEnumerable<(int Result, int Axis, int Symbol)> BindsOf(HostStep step, SymbolTable symbols)
    {
        var bound = new HashSet<Symbol>();
        for (int result = 0; result < step.Results.Count; result++)
        {
            var shape = step.Results[result].Type.Shape;
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis].TryGetSymbol(out var symbol) && symbols.DefinedBy(symbol) == step.Node && bound.Add(symbol))
                    yield return (result, axis, symbols.SlotOf(symbol));
            }
        }
    }
}
