using System.Globalization;
using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Planning;

/// <summary>A graph as steps on a device, with a plan of the memory between them: the same for every rank. Immutable.</summary>
internal sealed class DevicePlan
{
    private readonly LoadContext _context;
    private readonly Dictionary<LoweredValue, int[]> _sizesOf;

    /// <summary>Plans memory for the steps of a graph.</summary>
    public DevicePlan(TensorGraph graph, LoadContext context, FusedSteps fused)
    {
        using var phase = Telemetry.Phase("evergraph.cuda.memory");
        var (lowered, outputs, steps) = fused;
        Graph = graph;
        _context = context;
        Inputs = [.. Enumerable.Range(0, graph.Inputs.Length).Select(i => lowered.ValueOf(graph.InputValue(i)))];
        Parameters = [.. Enumerable.Range(0, graph.Parameters.Length).Select(i => lowered.ValueOf(graph.ParameterValue(i)))];
        Outputs = outputs;
        Steps = [.. steps];
        RunsOnce = Array.ConvertAll(Steps, step => step is KernelStep { RunsOnce: true } && !step.Results.Any(outputs.Contains));
        IsStatic = !Array.Exists(Steps, step => step is HostStep);
        ValueCount = lowered.ValueCount;
        Dims = new(context.Symbols);
        BytesOf = new int[ValueCount];
        Array.Fill(BytesOf, -1);
        (SlotOf, var slots) = SlotPlanner.Plan(ValueCount + Steps.Length, SlotSteps());
        SlotSizes = [.. slots.Select(slot => slot.Sizes.Select(Dims.Add).ToArray())];
        Slots = slots;
        _sizesOf = outputs.ToDictionary(output => output, output => Dims.Add(output.Type.Shape));
        foreach (var value in Inputs.Concat(Outputs).Concat(Steps.SelectMany(step => step.Results)))
            BytesOf[value.Id] = Dims.Add(value.Type.Bytes);

        BufferBytes = [.. Steps.OfType<ICommunicationStep>().Select(step => Dims.Add(step.BufferBytes))];
        MostBufferBytes = Steps.OfType<ICommunicationStep>().Aggregate(0L, (most, step) => Math.Max(most, step.BufferBytes.Range.Max));

        // What has no slot although a step makes it in each run: its size depends on data.
        Unplanned = [.. Steps.Select((step, i) => RunsOnce[i] ? [] : step.Results.Select(result => (result.Id, BytesOf[result.Id]))
            .Concat(step.Workspace.Equals(0) ? [] : [(Id: ValueCount + i, Dims.Add(step.Workspace))])
            .Where(made => SlotOf[made.Id] == BufferPlan.NoSlot).ToArray())];
    }

    public TensorGraph Graph { get; }

    public LoweredValue[] Inputs { get; }

    public LoweredValue[] Parameters { get; }

    /// <summary>What is in memory for each output of the graph; each output has a value of its own.</summary>
    public LoweredValue[] Outputs { get; }

    public Step[] Steps { get; }

    /// <summary>Whether each step runs before the first run alone: it computes of parameters what stays.</summary>
    public bool[] RunsOnce { get; }

    public int ValueCount { get; }

    /// <summary>The sizes that runs need; frozen once all steps are prepared.</summary>
    public DimTable Dims { get; }

    /// <summary>The slot of each value, and after those the workspace of each step.</summary>
    public int[] SlotOf { get; }

    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>For each slot the places of its sizes in <see cref="Dims"/>.</summary>
    public int[][] SlotSizes { get; }

    /// <summary>For each value in memory the place of its bytes in <see cref="Dims"/>.</summary>
    public int[] BytesOf { get; }

    /// <summary>For each step the values, and its workspace, whose sizes are known only when it runs, with the places of their bytes in <see cref="Dims"/>.</summary>
    public (int Value, int Bytes)[][] Unplanned { get; }

    /// <summary>Whether ranks communicate from device to device.</summary>
    public bool Communicates => BufferBytes.Length > 0;

    /// <summary>For each step that communicates the place in <see cref="Dims"/> of the bytes that it needs in symmetric memory.</summary>
    public int[] BufferBytes { get; }

    /// <summary>The most bytes that a run needs in a buffer of symmetric memory, by the declared ranges.</summary>
    public long MostBufferBytes { get; }

    /// <summary>Whether a run only enqueues: no node runs on the host, so all sizes are known when it begins.</summary>
    public bool IsStatic { get; }

    /// <summary>The sizes of an output in a run.</summary>
    public long[] SizesOf(LoweredValue output, long[] dims) => Array.ConvertAll(_sizesOf[output], place => dims[place]);

    /// <summary>The sizes of a call in errors: <c>tokens = 64</c>; those that depend on data are not known when it fails.</summary>
    public string DescribeSizes(ReadOnlySpan<long> symbols)
    {
        var parts = new List<string>();
        for (int slot = 0; slot < symbols.Length; slot++)
        {
            var symbol = _context.Symbols.Symbols[slot];
            if (_context.Symbols.DefinedBy(symbol) == SymbolTable.AtCall)
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{symbol.Name} = {symbols[slot]}"));
        }

        return string.Join(", ", parts);
    }

    /// <summary>The bytes of a parameter, which do not depend on the call.</summary>
    public long ParameterBytes(LoweredValue value) => value.Type.Bytes.TryGetConstant(out long bytes) ? bytes : 0;

    private IEnumerable<SlotStep> SlotSteps()
    {
        var last = new Dictionary<LoweredValue, int>();
        for (int i = 0; i < Steps.Length; i++)
        {
            foreach (var read in Steps[i].Operands.Select(operand => operand.View.Source).Concat(Steps[i].Results))
                last[read] = i;
        }

        foreach (var output in Outputs)
            last[output] = Steps.Length;
        var released = last.Where(entry => entry.Value < Steps.Length).ToLookup(entry => entry.Value, entry => entry.Key.Id);

        // Inputs are copied in before the first step.
        yield return new([.. Inputs.Select(input => (input.Id, input.Type.Bytes))], [.. Inputs.Where(input => !last.ContainsKey(input)).Select(input => input.Id)]);
        for (int i = 0; i < Steps.Length; i++)
        {
            var made = Steps[i].Results.Where(result => !RunsOnce[i] && IsKnownAtCall(result.Type.Bytes)).Select(result => (result.Id, result.Type.Bytes)).ToList();
            bool needsWorkspace = !Steps[i].Workspace.Equals(0) && IsKnownAtCall(Steps[i].Workspace);
            if (needsWorkspace)
                made.Add((ValueCount + i, Steps[i].Workspace));
            yield return new(made, [.. released[i], .. needsWorkspace ? [ValueCount + i] : Array.Empty<int>()]);
        }
    }

    private bool IsKnownAtCall(Dim bytes) => _context.Symbols.KnownAfter(bytes) == SymbolTable.AtCall;
}
