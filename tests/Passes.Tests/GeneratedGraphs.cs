using Evergraph.Graph;

namespace Evergraph.Passes.Tests;

/// <summary>Draws graphs with what passes look for: views, duplicates, constants, dead nodes, linear layers in both forms.</summary>
internal sealed class GeneratedGraphs(Random random)
{
    private readonly GraphBuilder _builder = new();
    private readonly List<Value> _rows = [];
    private readonly Dim _tokens = new Symbol("s0", 0, 64, SymbolKind.Input);
    private int _parameters;

    public static TensorGraph Draw(int seed) => new GeneratedGraphs(new(seed)).Draw();

    private TensorGraph Draw()
    {
        _rows.Add(_builder.AddInput(new("x", new(DType.Float32, [1, _tokens, 4]))));
        _rows.Add(_builder.AddInput(new("y", new(DType.Float32, [1, _tokens, 4]))));
        int steps = random.Next(5, 30);
        for (int i = 0; i < steps; i++)
            Step();
        _builder.AddOutput(new("a", _rows[^1]));
        _builder.AddOutput(new("b", Pick()));
        return _builder.Build();
    }

    private void Step()
    {
        var x = Pick();
        switch (random.Next(26))
        {
            case 0:
                Add(random.Next(2) == 0 ? "aten::neg" : "aten::relu", ("self", x));
                break;
            case 1:
                var y = Pick();
                Add(random.Next(2) == 0 ? "aten::add.Tensor" : "aten::mul.Tensor", ("self", x), ("other", y));
                break;
            case 2:
                // The same again, operands exchanged: a duplicate.
                var z = Pick();
                Add("aten::mul.Tensor", ("self", x), ("other", z));
                Add("aten::mul.Tensor", ("self", z), ("other", x));
                break;
            case 3 or 23 or 24:
                Block(x);
                break;
            case 4:
                Product(x);
                break;
            case 5:
                Views(x);
                break;
            case 6:
                var constant = Node("aten::neg", ("self", new TensorArgument(Parameter("c", 4))));
                Add("aten::add.Tensor", ("self", x), ("other", constant));
                break;
            case 7:
                Node("aten::silu", ("self", new TensorArgument(x)));
                break;
            case 8:
                _rows.Add(Node("aten::slice.Tensor", ("self", new TensorArgument(x)), ("dim", new DimArgument(1)), ("start", new DimArgument(0)), ("end", new DimArgument(long.MaxValue))));
                break;
            case 9:
                _rows.Add(Node("aten::rms_norm", ("input", new TensorArgument(x)), ("normalized_shape", new DimListArgument([4])), ("weight", new TensorArgument(Parameter("norm", 4))), ("eps", new FloatArgument(1e-5))));
                break;
            case 10:
                Attention(x, Pick());
                break;
            case 11 or 15:
                MaskedAttention(x, Pick());
                break;
            case 12:
                Rotation(x);
                break;
            case 17 or 18:
                Swiglu(x);
                break;
            case 13:
                var factor = random.Next(2) == 0 ? 1.0 : 0.5;
                _rows.Add(Node("aten::mul.Scalar", ("self", new TensorArgument(x)), ("other", new ScalarArgument(factor))));
                break;
            case 14 or 16:
                WrittenNorm(x);
                break;
            case 20 or 21 or 22:
                WrittenAttention(x, Pick());
                break;
            case 19:
                _rows.Add(Normed(Node("aten::add.Tensor", ("self", new TensorArgument(x)), ("other", new TensorArgument(Pick())))));
                break;
            default:
                _rows.Add(Node("aten::linear", ("input", new TensorArgument(x)), ("weight", new TensorArgument(Parameter("whole.weight", 4, 4))), ("bias", new TensorArgument(Parameter("whole.bias", 4)))));
                break;
        }
    }

    // Column-split, activation, row-split, residual: with and without biases.
    private void Block(Value x)
    {
        string layer = $"layers.{_parameters}";
        bool biased = random.Next(2) == 0;
        var up = Node("aten::linear", ("input", new TensorArgument(x)), ("weight", new TensorArgument(Named($"{layer}.fc1.weight", 6, 4))), ("bias", biased ? new TensorArgument(Named($"{layer}.fc1.bias", 6)) : Argument.None));
        var active = Node("aten::relu", ("self", new TensorArgument(up)));
        var down = Node("aten::linear", ("input", new TensorArgument(active)), ("weight", new TensorArgument(Named($"{layer}.fc2.weight", 4, 6))), ("bias", biased ? new TensorArgument(Named($"{layer}.fc2.bias", 4)) : Argument.None));
        Add("aten::add.Tensor", ("self", x), ("other", down));
        if (random.Next(4) == 0)
            _builder.AddOutput(new($"up{_parameters}", up));
    }

    private void Product(Value x)
    {
        var flat = Node("aten::view", ("self", new TensorArgument(x)), ("size", new DimListArgument([_tokens, 4])));
        var transposed = Node("aten::permute", ("self", new TensorArgument(Parameter("w", 4, 4))), ("dims", new DimListArgument([1, 0])));
        var product = random.Next(2) == 0
            ? Node("aten::mm", ("self", new TensorArgument(flat)), ("mat2", new TensorArgument(transposed)))
            : Node("aten::addmm", ("self", new TensorArgument(Parameter("b", 4))), ("mat1", new TensorArgument(flat)), ("mat2", new TensorArgument(transposed)));
        _rows.Add(Node("aten::view", ("self", new TensorArgument(product)), ("size", new DimListArgument([1, _tokens, 4]))));
    }

    // A product of heads as run_decompositions() writes it: batch and heads joined, bmm, parted again.
    private void Attention(Value x, Value y)
    {
        Value Heads(Value value, bool transposed)
        {
            var parted = Node("aten::view", ("self", new TensorArgument(value)), ("size", new DimListArgument([1, _tokens, 2, 2])));
            var turned = Node("aten::permute", ("self", new TensorArgument(parted)), ("dims", new DimListArgument(transposed ? [0, 2, 3, 1] : [0, 2, 1, 3])));
            return Node("aten::view", ("self", new TensorArgument(turned)), ("size", new DimListArgument(transposed ? [2, 2, _tokens] : [2, _tokens, 2])));
        }

        var scores = Node("aten::bmm", ("self", new TensorArgument(Heads(x, false))), ("mat2", new TensorArgument(Heads(y, true))));
        var parted = Node("aten::view", ("self", new TensorArgument(scores)), ("size", new DimListArgument([1, 2, _tokens, _tokens])));
        var weights = Node("aten::softmax.int", ("self", new TensorArgument(parted)), ("dim", new DimArgument(-1)));
        var flat = Node("aten::view", ("self", new TensorArgument(weights)), ("size", new DimListArgument([2, _tokens, _tokens])));
        var mixed = Node("aten::bmm", ("self", new TensorArgument(flat)), ("mat2", new TensorArgument(Heads(x, false))));
        var heads = Node("aten::view", ("self", new TensorArgument(mixed)), ("size", new DimListArgument([1, 2, _tokens, 2])));
        var back = Node("aten::permute", ("self", new TensorArgument(heads)), ("dims", new DimListArgument([0, 2, 1, 3])));
        _rows.Add(Node("aten::view", ("self", new TensorArgument(back)), ("size", new DimListArgument([1, _tokens, 4]))));
    }

    // Attention of two heads, each of which two query heads may share, under a mask computed from positions.
    private void MaskedAttention(Value x, Value y)
    {
        int keyHeads = random.Next(2) == 0 ? 2 : 1, size = 2;
        Value Heads(Value value, int heads)
        {
            var taken = Node("aten::slice.Tensor", ("self", new TensorArgument(value)), ("dim", new DimArgument(2)), ("start", new DimArgument(0)), ("end", new DimArgument(heads * size)));
            var parted = Node("aten::view", ("self", new TensorArgument(taken)), ("size", new DimListArgument([1, _tokens, heads, size])));
            var turned = Node("aten::transpose.int", ("self", new TensorArgument(parted)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)));
            if (heads == 2)
                return turned;
            var apart = Node("aten::unsqueeze", ("self", new TensorArgument(turned)), ("dim", new DimArgument(2)));
            var repeated = Node("aten::expand", ("self", new TensorArgument(apart)), ("size", new DimListArgument([1, 1, 2, _tokens, size])));
            return Node("aten::reshape", ("self", new TensorArgument(repeated)), ("shape", new DimListArgument([1, 2, _tokens, size])));
        }

        var positions = Node("aten::arange", ("end", new ScalarArgument(_tokens)));
        var rows = Node("aten::unsqueeze", ("self", new TensorArgument(positions)), ("dim", new DimArgument(1)));
        var moved = Node("aten::add.Scalar", ("self", new TensorArgument(rows)), ("other", new ScalarArgument(random.Next(2))));
        var mask = Node("aten::le.Tensor", ("self", new TensorArgument(positions)), ("other", new TensorArgument(moved)));
        var attended = Node(
            "aten::scaled_dot_product_attention",
            ("query", new TensorArgument(Heads(x, 2))),
            ("key", new TensorArgument(Heads(y, keyHeads))),
            ("value", new TensorArgument(Heads(x, keyHeads))),
            ("attn_mask", random.Next(3) == 0 ? Argument.None : new TensorArgument(mask)));
        var back = Node("aten::transpose.int", ("self", new TensorArgument(attended)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)));
        _rows.Add(Node("aten::reshape", ("self", new TensorArgument(back)), ("shape", new DimListArgument([1, _tokens, 4]))));
    }

    // A rotary embedding of two heads, heads or tokens first.
    private void Rotation(Value x)
    {
        bool headsFirst = random.Next(2) == 0;
        var parted = Node("aten::view", ("self", new TensorArgument(x)), ("size", new DimListArgument([1, _tokens, 2, 2])));
        var heads = headsFirst ? Node("aten::transpose.int", ("self", new TensorArgument(parted)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2))) : parted;
        var angle = Node("aten::slice.Tensor", ("self", new TensorArgument(Pick())), ("dim", new DimArgument(2)), ("start", new DimArgument(0)), ("end", new DimArgument(1)));
        var angles = Node("aten::cat", ("tensors", new TensorListArgument([angle, angle])), ("dim", new DimArgument(-1)));
        Value Table(string function) => Node("aten::unsqueeze", ("self", new TensorArgument(Node(function, ("self", new TensorArgument(angles))))), ("dim", new DimArgument(headsFirst ? 1 : 2)));
        Value Half(int start, long end) => Node("aten::slice.Tensor", ("self", new TensorArgument(heads)), ("dim", new DimArgument(3)), ("start", new DimArgument(start)), ("end", new DimArgument(end)));
        var negated = Node("aten::neg", ("self", new TensorArgument(Half(1, long.MaxValue))));
        var crossed = Node("aten::cat", ("tensors", new TensorListArgument([negated, Half(0, 1)])), ("dim", new DimArgument(-1)));
        var left = Node("aten::mul.Tensor", ("self", new TensorArgument(heads)), ("other", new TensorArgument(Table("aten::cos"))));
        var right = Node("aten::mul.Tensor", ("self", new TensorArgument(crossed)), ("other", new TensorArgument(Table("aten::sin"))));
        var turned = Node("aten::add.Tensor", ("self", new TensorArgument(left)), ("other", new TensorArgument(right)));
        if (headsFirst)
            turned = Node("aten::transpose.int", ("self", new TensorArgument(turned)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)));
        _rows.Add(Node("aten::reshape", ("self", new TensorArgument(turned)), ("shape", new DimListArgument([1, _tokens, 4]))));
    }

    // Gate and up apart or merged, silu in one or two operators, down, residual, norm.
    private void Swiglu(Value x)
    {
        Value Linear(Value input, string name, int to, int from) =>
            Node("aten::linear", ("input", new TensorArgument(input)), ("weight", new TensorArgument(Parameter(name, to, from))));
        Value gate, up;
        if (random.Next(2) == 0)
        {
            (up, gate) = (Linear(x, "plain.up", 6, 4), Linear(x, "plain.gate", 6, 4));
        }
        else
        {
            var both = Linear(x, "plain.both", 12, 4);
            var definition = PassesByName.Registry.Find("aten::split_with_sizes");
            var halves = _builder.Add(definition, definition.Schema.Arrange(("self", new TensorArgument(both)), ("split_sizes", new DimListArgument([6, 6])), ("dim", new DimArgument(-1))), NodeSource.None);
            (gate, up) = (halves[0], halves[1]);
        }

        var active = random.Next(2) == 0
            ? Node("aten::silu", ("self", new TensorArgument(gate)))
            : Node("aten::mul.Tensor", ("self", new TensorArgument(gate)), ("other", new TensorArgument(Node("aten::sigmoid", ("self", new TensorArgument(gate))))));
        var gated = Node("aten::mul.Tensor", ("self", new TensorArgument(active)), ("other", new TensorArgument(up)));
        Add("aten::add.Tensor", ("self", x), ("other", Linear(gated, "plain.down", 4, 6)));
        _rows.Add(Normed(_rows[^1]));
    }

    private Value Normed(Value x) => Node("evergraph::rms_norm", ("x", new TensorArgument(x)), ("weight", new TensorArgument(Parameter("normed", 4))), ("eps", new FloatArgument(1e-3)));

    // Attention as eager models write it, with or without a causal mask of numbers.
    private void WrittenAttention(Value x, Value y)
    {
        Value Apart(Value value) => Node("aten::unsqueeze", ("self", new TensorArgument(value)), ("dim", new DimArgument(1)));
        var turned = Node("aten::transpose.int", ("self", new TensorArgument(Apart(y))), ("dim0", new DimArgument(3)), ("dim1", new DimArgument(2)));
        var product = Node("aten::matmul", ("self", new TensorArgument(Apart(x))), ("other", new TensorArgument(turned)));
        var logits = Node("aten::mul.Scalar", ("self", new TensorArgument(product)), ("other", new ScalarArgument(0.5)));
        if (random.Next(2) == 0)
        {
            var hidden = Node("aten::full", ("size", new DimListArgument([_tokens, _tokens])), ("fill_value", new ScalarArgument(double.NegativeInfinity)));
            var mask = Node("aten::triu", ("self", new TensorArgument(hidden)), ("diagonal", new DimArgument(1)));
            logits = Node("aten::add.Tensor", ("self", new TensorArgument(logits)), ("other", new TensorArgument(mask)));
        }

        var weights = Node("aten::softmax.int", ("self", new TensorArgument(logits)), ("dim", new DimArgument(-1)));
        var mixed = Node("aten::matmul", ("self", new TensorArgument(weights)), ("other", new TensorArgument(Apart(y))));
        _rows.Add(Node("aten::squeeze.dim", ("self", new TensorArgument(mixed)), ("dim", new DimArgument(1))));
    }

    private void WrittenNorm(Value x)
    {
        var square = Node("aten::pow.Tensor_Scalar", ("self", new TensorArgument(x)), ("exponent", new ScalarArgument(2)));
        var mean = Node("aten::mean.dim", ("self", new TensorArgument(square)), ("dim", new DimListArgument([-1])), ("keepdim", new BoolArgument(true)));
        var biased = Node("aten::add.Scalar", ("self", new TensorArgument(mean)), ("other", new ScalarArgument(1e-3)));
        var root = Node("aten::rsqrt", ("self", new TensorArgument(biased)));
        var normalized = Node("aten::mul.Tensor", ("self", new TensorArgument(x)), ("other", new TensorArgument(root)));
        Add("aten::mul.Tensor", ("self", Parameter("written", 4)), ("other", normalized));
    }

    private void Views(Value x)
    {
        var heads = Node("aten::view", ("self", new TensorArgument(x)), ("size", new DimListArgument([1, _tokens, 2, 2])));
        var turned = Node("aten::transpose.int", ("self", new TensorArgument(heads)), ("dim0", new DimArgument(1)), ("dim1", new DimArgument(2)));
        if (random.Next(2) == 0)
            turned = Node("aten::relu", ("self", new TensorArgument(turned)));
        var back = Node("aten::transpose.int", ("self", new TensorArgument(turned)), ("dim0", new DimArgument(-2)), ("dim1", new DimArgument(1)));
        _rows.Add(Node("aten::reshape", ("self", new TensorArgument(back)), ("shape", new DimListArgument([1, _tokens, -1]))));
    }

    private Value Pick() => _rows[random.Next(_rows.Count)];

    private Value Parameter(string name, params long[] sizes) => Named($"{name}_{_parameters}", sizes);

    private Value Named(string name, params long[] sizes)
    {
        _parameters++;
        var data = Tensor.Empty(DType.Float32, sizes);
        foreach (ref float element in data.Span<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return _builder.AddParameter(new(name, data.Type, data));
    }

    private void Add(string name, params (string, Value)[] operands) =>
        _rows.Add(Node(name, [.. operands.Select(operand => (operand.Item1, (Argument)new TensorArgument(operand.Item2)))]));

    private Value Node(string name, params (string, Argument)[] arguments)
    {
        var definition = PassesByName.Registry.Find(name);
        return _builder.Add(definition, definition.Schema.Arrange(arguments), new($"layers.{_parameters}", "generated.cs", _builder.ValueCount))[0];
    }

}
