using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>
/// Checks the inputs of a call against a graph's and gives the symbols their values: from sizes that are a symbol alone,
/// and from integer inputs. Compiled once; a call allocates nothing. Thread-safe.
/// </summary>
public sealed class CallBinder
{
    private readonly TensorGraph _graph;
    private readonly SymbolTable _table;
    private readonly DimProgram _program;
    private readonly InputCheck[] _inputs;
    private readonly SizeCheck[] _constants;
    private readonly SizeCheck[] _binds;
    private readonly SizeCheck[] _derived;
    private readonly bool[] _isWritten;

    /// <summary>Compiles the checks of a graph's inputs.</summary>
    public CallBinder(TensorGraph graph, SymbolTable symbols)
    {
        _graph = graph;
        _table = symbols;
        _inputs = new InputCheck[graph.Inputs.Length];
        var constants = new List<SizeCheck>();
        var binds = new List<SizeCheck>();
        var derived = new List<SizeCheck>();
        var dims = new List<Dim>();
        var bound = new HashSet<Symbol>();
        for (int i = 0; i < _inputs.Length; i++)
        {
            var input = graph.Inputs[i];
            _inputs[i] = new(input.Type.DType, input.Type.Rank);
            for (int axis = 0; axis < input.Type.Rank; axis++)
                Add(i, axis, input.Type.Shape[axis]);
            if (input.Number is { } number)
                Add(i, SizeCheck.Number, number);
        }

        (_constants, _binds, _derived) = ([.. constants], [.. binds], [.. derived]);
        _program = new(symbols.Symbols, dims, []);
        _isWritten = new bool[_inputs.Length];
        foreach (var output in graph.Outputs.Where(output => output.Kind == GraphOutputKind.InputMutation))
            _isWritten[graph.Inputs.ToList().FindIndex(input => input.Name == output.Target)] = true;

        void Add(int input, int axis, Dim size)
        {
            if (size.TryGetConstant(out long constant))
            {
                constants.Add(new(input, axis, 0, constant));
            }
            else if (size.TryGetSymbol(out var symbol) && bound.Add(symbol))
            {
                binds.Add(new(input, axis, symbols.SlotOf(symbol), 0));
            }
            else
            {
                derived.Add(new(input, axis, dims.Count, 0));
                dims.Add(size);
            }
        }
    }

    /// <summary>Checks inputs and fills in the values of the symbols that are known at a call.</summary>
    /// <param name="inputs">One tensor for each input of the graph.</param>
    /// <param name="values">A place for the value of each symbol, by its slot.</param>
    /// <exception cref="CallException">An input has another element type, rank or size than the graph takes.</exception>
    public void Bind(ReadOnlySpan<Tensor> inputs, Span<long> values)
    {
        if (inputs.Length != _inputs.Length)
        {
            throw new CallException(
                $"expected {_inputs.Length} input{(_inputs.Length == 1 ? "" : "s")} ({string.Join(", ", _graph.Inputs.Select(input => $"{input.Name}: {input.Type}"))}), given {inputs.Length}");
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            var tensor = inputs[i];
            if (tensor is null || tensor.IsTraced || tensor.DType != _inputs[i].DType || tensor.Rank != _inputs[i].Rank
                || (_isWritten[i] && tensor.Storage.IsReadOnly))
            {
                throw Mismatch(i, tensor);
            }
        }

        foreach (ref readonly var check in _constants.AsSpan())
        {
            if (check.Given(inputs) != check.Constant)
                throw Fail(check, check.Constant.ToString(), inputs);
        }

        foreach (ref readonly var check in _binds.AsSpan())
        {
            long given = check.Given(inputs);
            var symbol = _table.Symbols[check.Operand];
            if (given < symbol.Min || given > symbol.Max)
                throw Fail(check, symbol.Describe(), inputs);
            values[check.Operand] = given;
        }

        foreach (ref readonly var check in _derived.AsSpan())
        {
            if (check.Given(inputs) != Evaluate(check, values))
                throw Fail(check, $"{SizeOf(check)} = {Evaluate(check, values)}{Origins(check)}", inputs);
        }
    }

    private long Evaluate(in SizeCheck check, ReadOnlySpan<long> values)
    {
        try
        {
            return _program.Evaluate(check.Operand, values);
        }
        catch (Exception exception) when (exception is DimOverflowException or DimDivideByZeroException)
        {
            throw new CallException($"{Place(check)}: expected {SizeOf(check)}{Origins(check)}, which has no value at the given sizes: {exception.Message}");
        }
    }

    private Dim SizeOf(in SizeCheck check) =>
        check.Axis == SizeCheck.Number ? _graph.Inputs[check.Input].Number!.Value : _graph.Inputs[check.Input].Type.Shape[check.Axis];

    private string Origins(in SizeCheck check)
    {
        var origins = SizeOf(check).Symbols.Select(symbol =>
        {
            var bind = _binds.First(candidate => _table.Symbols[candidate.Operand].Equals(symbol));
            return bind.Axis == SizeCheck.Number
                ? $"{symbol.Name} is input {bind.Input} ({_graph.Inputs[bind.Input].Name})"
                : $"{symbol.Name} is size {bind.Axis} of input {bind.Input} ({_graph.Inputs[bind.Input].Name})";
        });
        return $" where {string.Join(", ", origins)}";
    }

    private string Place(int input) => $"input {input} ({_graph.Inputs[input].Name})";

    private string Place(in SizeCheck check) =>
        check.Axis == SizeCheck.Number ? Place(check.Input) : $"{Place(check.Input)}: size {check.Axis}";

    private CallException Fail(in SizeCheck check, string expected, ReadOnlySpan<Tensor> inputs) => new(
        check.Axis == SizeCheck.Number
            ? $"{Place(check)}: expected the number {expected}, given {check.Given(inputs)}"
            : $"{Place(check)}: expected {expected}, given {check.Given(inputs)} (expected {_graph.Inputs[check.Input].Type}, given {inputs[check.Input].Type})");

    private CallException Mismatch(int index, Tensor? tensor)
    {
        var type = _graph.Inputs[index].Type;
        string problem =
            tensor is null ? $"expected {type}, given null"
            : tensor.IsTraced ? $"expected numbers, {type}, given a traced tensor: a compiled graph cannot be called while tracing"
            : tensor.DType != type.DType ? $"expected element type {type.DType.Name()}, given {tensor.DType.Name()} (expected {type}, given {tensor.Type})"
            : tensor.Rank != type.Rank ? $"expected rank {type.Rank}, given rank {tensor.Rank} (expected {type}, given {tensor.Type})"
            : "the graph overwrites it: expected a tensor that can be written, given one in a read-only file: pass a copy";
        return new($"{Place(index)}: {problem}");
    }

    private readonly record struct InputCheck(DType DType, int Rank);

    /// <summary>One size of one input, or an integer input's number.</summary>
    /// <param name="Input">The input.</param>
    /// <param name="Axis">The axis, or <see cref="Number"/>.</param>
    /// <param name="Operand">The symbol's slot or the size's place in the program.</param>
    /// <param name="Constant">What is expected, where that is a constant.</param>
    private readonly record struct SizeCheck(int Input, int Axis, int Operand, long Constant)
    {
        public const int Number = -1;

        public long Given(ReadOnlySpan<Tensor> inputs) =>
            Axis == Number ? inputs[Input].ReadOnlySpan<long>()[0] : inputs[Input].Sizes[Axis];
    }
}
