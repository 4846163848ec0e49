namespace Evergraph.Graph.Text;

/// <summary>Reads a graph from the text that <see cref="GraphPrinter"/> writes.</summary>
/// <remarks>The text says what nodes' types are and the result is not verified here: a text with a fault can be read and then looked at.</remarks>
public sealed class GraphParser
{
    private readonly OperatorRegistry _registry;
    private readonly Func<string, TensorType, Tensor> _data;
    private readonly Dictionary<string, Symbol> _symbols = new(StringComparer.Ordinal);
    private readonly List<GraphInput> _inputs = [];
    private readonly List<GraphParameter> _parameters = [];
    private readonly List<Node> _nodes = [];
    private readonly List<GraphOutput> _outputs = [];
    private readonly List<Requirement> _requirements = [];
    private int _values;

    private GraphParser(OperatorRegistry registry, Func<string, TensorType, Tensor>? data)
    {
        _registry = registry;
        _data = data ?? ((_, type) => Tensor.Zeros(type.DType, type.Shape.Evaluate(_ => 0)));
    }

    /// <summary>Reads a graph.</summary>
    /// <param name="text">The text.</param>
    /// <param name="registry">Where operators are found by name.</param>
    /// <param name="data">The whole tensor of a parameter by its name and whole type; zeros where it is null.</param>
    /// <exception cref="GraphTextException">The text is not a graph; the line is named.</exception>
    public static TensorGraph Parse(string text, OperatorRegistry registry, Func<string, TensorType, Tensor>? data = null)
    {
        var parser = new GraphParser(registry, data);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            try
            {
                parser.ParseLine(new(line, i + 1));
            }
            catch (EvergraphException exception) when (exception is not GraphTextException)
            {
                throw new GraphTextException(i + 1, exception.Message);
            }
        }

        return new(
            parser._inputs.ToEquatableArray(),
            parser._parameters.ToEquatableArray(),
            parser._nodes.ToEquatableArray(),
            parser._outputs.ToEquatableArray(),
            parser._requirements.ToEquatableArray());
    }

    private void ParseLine(LineCursor line)
    {
        if (line.TryTake("symbol "))
            ParseSymbol(line);
        else if (line.TryTake("input "))
            ParseInput(line);
        else if (line.TryTake("parameter "))
            ParseParameter(line);
        else if (line.TryTake("require "))
            ParseRequirement(line);
        else if (line.TryTake("output "))
            ParseOutput(line);
        else
            ParseNode(line);
        if (!line.AtEnd)
            throw line.Error("the end of the line");
    }

    private void ParseSymbol(LineCursor line)
    {
        string name = line.TakeName("a symbol's name");
        line.Take(" = ");
        string range = line.TakeUntil(' ');
        string[] ends = range.Split("..");
        long max = Symbol.Unbounded;
        if (ends.Length != 2 || !long.TryParse(ends[0], out long min) || (ends[1].Length > 0 && !long.TryParse(ends[1], out max)))
            throw line.Fault($"symbol {name}: expected a range MIN..MAX, given '{range}'");
        if (!_symbols.TryAdd(name, new(name, min, max, line.TryTake(" data") ? SymbolKind.Data : SymbolKind.Input)))
            throw line.Fault($"symbol {name} is declared twice");
    }

    private void ParseInput(LineCursor line)
    {
        Define(line);
        string name = TakeQuotedAndColon(line);
        var type = ParseType(line);
        _inputs.Add(new(name, type, line.TryTake(" = ") ? DimText.Parse(line.TakeUntil(), FindSymbol) : (Dim?)null));
    }

    private void ParseParameter(LineCursor line)
    {
        Define(line);
        string name = TakeQuotedAndColon(line);
        var type = ParseType(line);
        var whole = type;
        Sharding? sharding = null;
        if (line.TryTake(" shard("))
        {
            int axis = line.TakeInteger();
            line.Take(", ");
            sharding = new(axis, line.TakeInteger());
            line.Take(")");
            if (axis >= type.Rank)
                throw line.Fault($"parameter {name}: expected an axis below {type.Rank}, given {axis}");
            whole = type with { Shape = type.Shape.With(axis, type.Shape[axis] * sharding.Parts) };
        }

        _parameters.Add(new(name, type, _data(name, whole), sharding));
    }

    private void ParseNode(LineCursor line)
    {
        int results = 0;
        if (line.TryTake("%"))
        {
            do
            {
                Define(line, percentTaken: true);
                results++;
            }
            while (line.TryTake(", %"));
            line.Take(" = ");
            _values -= results;
        }

        var definition = _registry.Find(line.TakeName("an operator's name"));
        line.Take("(");
        var arguments = ParseArguments(line, definition.Schema);
        var types = new TensorType[results];
        for (int i = 0; i < results; i++)
        {
            line.Take(i == 0 ? " : " : ", ");
            types[i] = ParseType(line);
        }

        _values += results;
        _nodes.Add(new(definition, arguments, EquatableArray<TensorType>.Own(types), ParseSource(line)));
    }

    private EquatableArray<Argument> ParseArguments(LineCursor line, OperatorSchema schema)
    {
        var arguments = new Argument?[schema.Arguments.Count];
        while (!line.TryTake(")"))
        {
            string name = line.TakeUntil('=', ')');
            line.Take("=");
            int index = schema.Arguments.ToList().FindIndex(parameter => parameter.Name == name);
            if (index < 0)
                throw line.Fault($"{schema.FullName} has no parameter '{name}'");
            string text = line.TakeUntil(',', ')');
            arguments[index] = ArgumentText.Parse(text, schema.Arguments[index], item => ParseValue(new(item, 0), line), FindSymbol, line);
            line.TryTake(", ");
        }

        for (int i = 0; i < arguments.Length; i++)
            arguments[i] ??= ArgumentDefaults.Of(schema.Arguments[i]) ?? throw line.Fault($"{schema.FullName}: argument {schema.Arguments[i].Name} is missing and has no default");
        return EquatableArray<Argument>.Own(arguments!);
    }

    private void ParseRequirement(LineCursor line)
    {
        string condition = line.TakeUntil('"');
        string message = line.TakeQuoted();
        line.Take(" ");
        string name = line.TakeQuoted();
        _requirements.Add(new(DimText.ParseCondition(condition, FindSymbol), message, name, ParseSource(line)));
    }

    private void ParseOutput(LineCursor line)
    {
        var value = ParseValue(line, line);
        line.Take(" ");
        string name = line.TakeQuoted();
        var output = new GraphOutput(name, value);
        if (line.TryTake(" buffer "))
            output = output with { Kind = GraphOutputKind.BufferMutation, Target = line.TakeQuoted() };
        else if (line.TryTake(" input "))
            output = output with { Kind = GraphOutputKind.InputMutation, Target = line.TakeQuoted() };
        _outputs.Add(output);
    }

    private static NodeSource ParseSource(LineCursor line)
    {
        if (!line.TryTake(" @ "))
            return NodeSource.None;
        string module = line.TakeQuoted();
        line.Take(" ");
        string file = line.TakeQuoted();
        line.Take(":");
        return new(module, file, line.TakeInteger());
    }

    private TensorType ParseType(LineCursor line) => TensorTypeText.Take(line, FindSymbol);

    private void Define(LineCursor line, bool percentTaken = false)
    {
        if (!percentTaken)
            line.Take("%");
        if (line.TakeInteger() is var id && id != _values)
            throw line.Fault($"values are numbered in order: expected %{_values}, given %{id}");
        _values++;
    }

    private Value ParseValue(LineCursor text, LineCursor line)
    {
        text.Take("%");
        int id = text.TakeInteger();
        return id < _values ? new(id) : throw line.Fault($"%{id} is read before it is defined: expected a value below %{_values}");
    }

    private static string TakeQuotedAndColon(LineCursor line)
    {
        line.Take(" ");
        string name = line.TakeQuoted();
        line.Take(": ");
        return name;
    }

    private Symbol? FindSymbol(string name) => _symbols.GetValueOrDefault(name);
}
