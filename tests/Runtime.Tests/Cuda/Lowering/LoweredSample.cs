using System.Buffers.Binary;
using Evergraph.Runtime.Cuda.Compilation;
using Evergraph.Runtime.Cuda.Device;
using Evergraph.Runtime.Cuda.Lowering;
using Evergraph.Runtime.Cuda.Planning;

namespace Evergraph.Runtime.Tests.Cuda.Lowering;

/// <summary>One generated call of an operator as a graph of one node, with symbolic or with known sizes, lowered to kernels.</summary>
internal sealed class LoweredSample
{
    private readonly OperatorDefinition _definition;
    private readonly OperatorSample _sample;
    private readonly EquatableArray<Argument> _arguments;
    private readonly List<Tensor> _inputs = [];
    private readonly LoweredGraph _lowered;

    public LoweredSample(OperatorDefinition definition, int seed, bool isSymbolic)
        : this(definition, definition.Sample!(new SampleBuilder(new Random(seed))), isSymbolic)
    {
    }

    public LoweredSample(OperatorDefinition definition, OperatorSample sample, bool isSymbolic)
    {
        _definition = definition;
        _sample = sample;
        _arguments = ArgumentDefaults.Complete(definition.Schema, sample.Arguments.AsSpan());
        Graph = Build(isSymbolic);
        _lowered = new(Graph, new Tensor?[Graph.Parameters.Length]);
        var node = new NodeLowering(_lowered, 0);
        IsLowered = LoweringTable.Default.Find(definition)!(node);
        Reason = node.Reason ?? "";
        for (int i = 0; IsLowered && i < node.Results.Length; i++)
        {
            node.Results[i]!.IsStored = true;
            _lowered.Bind(Graph.Outputs[i].Value, node.Results[i]!);
        }
    }

    public TensorGraph Graph { get; }

    public bool IsLowered { get; }

    public string Reason { get; }

    public List<string> Sources { get; } = [];

    /// <summary>Runs the kernels and the operator's reference implementation.</summary>
    /// <returns>Where they differ, or null.</returns>
    public string? Run(KernelLibrary library, CudaDevice device)
    {
        var steps = FusionPlanner.Plan(_lowered).Cast<KernelStep>().ToList();
        Sources.AddRange(steps.Select(step => step.Kernel.Body));
        var sources = steps.Select(step => new KernelSource(step.Kernel.Name, KernelResources.Read("prelude.cuh") + step.Kernel.Body, [])).ToList();
        var functions = library.Compile(sources);
        var memory = new Dictionary<LoweredValue, DeviceMemory>();
        using var stream = CudaStream.Create(device);
        DeviceMemory Of(LoweredValue value)
        {
            if (!memory.TryGetValue(value, out var block))
                memory.Add(value, block = DeviceMemory.Allocate(device, Math.Max(1, value.Type.Shape.Elements.Evaluate(_sample.ValueOf) * value.Type.DType.Size())));
            return block;
        }

        for (int i = 0; i < Graph.Inputs.Length; i++)
            CopyIn(stream, Of(_lowered.ValueOf(new(i))), _inputs[i]);
        using var fault = DeviceMemory.Allocate(device, 8);
        stream.Fill(fault.Address, 0, 8);
        for (int i = 0; i < steps.Count; i++)
            Launch(steps[i], functions[i], stream, fault, Of);
        stream.Synchronize();
        var expected = Reference(Graph.Outputs.Length);
        string? problem = null;
        for (int i = 0; i < expected.Length; i++)
        {
            var value = _lowered.ValueOf(Graph.Outputs[i].Value);
            var given = Tensor.Empty(value.Type.DType, value.Type.Shape.Evaluate(_sample.ValueOf));
            CopyOut(stream, Of(value), given);
            if (Runtime.Tests.OnnxRuntime.Lowering.NumbersAgree.Difference(given, expected[i]) is { } difference)
                problem ??= $"result {i}: {difference}";
        }

        foreach (var block in memory.Values)
            block.Dispose();
        return problem;
    }

    public override string ToString() =>
        $"{Evergraph.Graph.Text.GraphPrinter.Print(Graph)}\nwhere {string.Join(", ", _sample.Sizes.Select(size => $"{size.Key.Name} = {size.Value}"))}\n{string.Join("\n", Sources)}";

    private static unsafe void CopyIn(CudaStream stream, DeviceMemory block, Tensor tensor)
    {
        byte[] bytes = tensor.ReadOnlyBytes().ToArray();
        fixed (byte* host = bytes)
            stream.CopyToDevice(block.Address, (nint)host, bytes.Length);
        stream.Synchronize();
    }

    private static unsafe void CopyOut(CudaStream stream, DeviceMemory block, Tensor tensor)
    {
        byte[] bytes = new byte[tensor.Bytes().Length];
        fixed (byte* host = bytes)
            stream.CopyToHost((nint)host, block.Address, bytes.Length);
        stream.Synchronize();
        bytes.CopyTo(tensor.Bytes());
    }

    private unsafe void Launch(KernelStep step, CudaFunction function, CudaStream stream, DeviceMemory fault, Func<LoweredValue, DeviceMemory> memory)
    {
        var kernel = step.Kernel;
        long items = kernel.Items.Evaluate(_sample.ValueOf);
        if (items == 0)
            return;
        byte[] arguments = new byte[512];
        int place = 0;
        foreach (var pointer in kernel.Pointers)
            BinaryPrimitives.WriteInt64LittleEndian(arguments.AsSpan((place += 8) - 8), memory(pointer).Address);
        if (kernel.CanFault)
            BinaryPrimitives.WriteInt64LittleEndian(arguments.AsSpan((place += 8) - 8), fault.Address);
        foreach (var size in kernel.Sizes)
            BinaryPrimitives.WriteInt32LittleEndian(arguments.AsSpan((place += 4) - 4), (int)size.Evaluate(_sample.ValueOf));
        fixed (byte* bytes = arguments)
            function.Launch(stream, (uint)((items + kernel.ItemsPerBlock - 1) / kernel.ItemsPerBlock), 1, 1, (uint)kernel.Threads, 0, bytes);
    }

    private Tensor[] Reference(int results)
    {
        var dtypes = _sample.Types.Aggregate(DTypeSet.None, (set, type) => set.With(type.DType));
        var reference = Evergraph.CustomOps.Dispatch.Dispatcher.Default.Resolve(_definition, dtypes).Usable.ToArray()
            .First(implementation => implementation.Kind == Evergraph.CustomOps.Dispatch.ImplementationKind.Reference);
        var outputs = new Tensor[results];
        reference.Function(KernelArguments.Bind(_arguments, value => _sample.TensorsOnRank[0][value.Id], _sample.ValueOf), outputs);
        return outputs;
    }

    private TensorGraph Build(bool isSymbolic)
    {
        Dim Known(Symbol symbol) => isSymbolic ? (Dim)symbol : _sample.ValueOf(symbol);
        var builder = new GraphBuilder();
        var alone = new HashSet<Symbol>();
        var values = new Value[_sample.Types.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var type = new TensorType(_sample.Types[i].DType, _sample.Types[i].Shape.Substitute(Known));
            values[i] = builder.AddInput(new($"x{i}", type));
            _inputs.Add(_sample.TensorsOnRank[0][i]);
            foreach (var size in type.Shape)
            {
                if (size.TryGetSymbol(out var symbol))
                    alone.Add(symbol);
            }
        }

        foreach (var (symbol, number) in _sample.Sizes.Where(size => isSymbolic && !alone.Contains(size.Key)))
        {
            builder.AddInput(new(symbol.Name, new(DType.Int64, []), symbol));
            _inputs.Add(Tensor.From([number]));
        }

        var arguments = _arguments.Select(argument => argument.Substitute(Known).Rename(value => values[value.Id])).ToEquatableArray();
        var results = builder.Add(_definition, arguments, NodeSource.None);
        for (int i = 0; i < results.Length; i++)
            builder.AddOutput(new($"y{i}", results[i]));
        return builder.Build();
    }
}
