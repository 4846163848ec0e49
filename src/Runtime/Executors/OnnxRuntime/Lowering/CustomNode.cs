using Evergraph.Graph;
using Evergraph.Graph.Text;
using Evergraph.Runtime.OnnxRuntime.CustomOperators;
using Evergraph.Runtime.OnnxRuntime.Format;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>Writes a node as a node of our domain, which runs the operator's C# implementation. <see cref="CallLayout"/> reads it back.</summary>
internal static class CustomNode
{
    /// <summary>Writes a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="index">Its number in the compiled graph.</param>
    /// <param name="scope">Where to.</param>
    public static string[] Emit(NodeLowering node, int index, LoweringScope scope)
    {
        var definition = node.Node.Operator;
        var inputs = new List<string>();
        var attributes = new List<AttributeProto>();
        var symbols = new List<Symbol>();
        bool inOrder = true;
        for (int i = 0; i < definition.Schema.Arguments.Count; i++)
        {
            var parameter = definition.Schema.Arguments[i];
            switch (node.Node.Arguments[i])
            {
                case TensorArgument tensor:
                    if (!inOrder)
                        attributes.Add(Attributes.Int(parameter.Name, inputs.Count));
                    inputs.Add(scope.NameOf(tensor.Value));
                    break;
                case NoneArgument when parameter.Type.Kind == SchemaKind.Tensor:
                    attributes.Add(Attributes.Int(parameter.Name, -1));
                    inOrder = false;
                    break;
                case TensorListArgument list:
                    inOrder = false;
                    attributes.Add(Attributes.Ints(parameter.Name, [.. list.Items.Select(item => AddInput(inputs, item, scope))]));
                    break;
                case var argument when !(argument is NoneArgument && ArgumentDefaults.Of(parameter) is null or NoneArgument):
                    attributes.Add(Attribute(parameter, argument, symbols));
                    break;
            }
        }

        var types = node.Node.Operands.Select(scope.TypeOf).ToList();
        AddSymbols(types, scope, inputs, attributes, symbols);
        attributes.Add(Attributes.Text(AttributeNames.InputTypes, string.Join(", ", types)));
        attributes.Add(Attributes.Int(AttributeNames.Node, index));
        return node.EmitMany(OperatorNames.Of(definition), OperatorNames.Domain, node.Node.OutputTypes.Length, [.. inputs], [.. attributes]);
    }

    private static long AddInput(List<string> inputs, Value? item, LoweringScope scope)
    {
        if (item is not { } value)
            return -1;
        inputs.Add(scope.NameOf(value));
        return inputs.Count - 1;
    }

    /// <summary>An attribute of ONNX's own type where that has all of the argument, otherwise the argument's text.</summary>
    private static AttributeProto Attribute(SchemaArgument parameter, Argument argument, List<Symbol> symbols)
    {
        string name = parameter.Name;
        switch (argument)
        {
            case DimArgument { Dim.IsConstant: true } dim:
                return Attributes.Int(name, dim.Dim.Value);
            case DimListArgument list when list.Items.All(item => item.IsConstant):
                return Attributes.Ints(name, list.Items.Select(item => item.Value));
            case BoolArgument truth:
                return Attributes.Int(name, truth.Truth);
            case BoolListArgument list:
                return Attributes.Ints(name, list.Items.Select(item => item ? 1L : 0L));
            case FloatArgument number when (float)number.Number == number.Number:
                return Attributes.Float(name, number.Number);
            case FloatListArgument list when list.Items.All(item => (float)item == item):
                return Attributes.Floats(name, list.Items);
            case StringArgument text:
                return Attributes.Text(name, text.Text);
            case ScalarArgument { Scalar: { Kind: ScalarKind.Integer, Integer.IsConstant: true } scalar }:
                return Attributes.Int(name, scalar.Integer.Value);
        }

        foreach (var dim in DimsOf(argument))
            symbols.AddRange(dim.Symbols.Where(symbol => !symbols.Contains(symbol)));
        return Attributes.Text(name, GraphPrinter.PrintArgument(argument));
    }

    private static EquatableArray<Dim> DimsOf(Argument argument) => argument switch
    {
        DimArgument dim => [dim.Dim],
        DimListArgument list => list.Items,
        ScalarArgument { Scalar: { Kind: ScalarKind.Integer } scalar } => [scalar.Integer],
        _ => [],
    };

    /// <summary>Declares the symbols of arguments and sizes; those of arguments that no size of an input is alone get an input.</summary>
    private static void AddSymbols(List<TensorType> types, LoweringScope scope, List<string> inputs, List<AttributeProto> attributes, List<Symbol> symbols)
    {
        int needed = symbols.Count;
        var alone = new HashSet<Symbol>();
        foreach (var size in types.SelectMany(type => type.Shape))
        {
            symbols.AddRange(size.Symbols.Where(symbol => !symbols.Contains(symbol)));
            if (size.TryGetSymbol(out var symbol))
                alone.Add(symbol);
        }

        if (symbols.Count == 0)
            return;
        var places = new List<long>();
        for (int i = 0; i < symbols.Count; i++)
        {
            bool given = i < needed && !alone.Contains(symbols[i]);
            places.Add(given ? inputs.Count : -1);
            if (!given)
                continue;
            inputs.Add(scope.Sizes.One(symbols[i]));
            types.Add(new(DType.Int64, [1]));
        }

        attributes.Add(Attributes.Text(AttributeNames.Symbols, string.Join(',', symbols.Select(symbol => symbol.Name))));
        attributes.Add(Attributes.Ints(AttributeNames.SymbolRanges, symbols.SelectMany(symbol => new[] { symbol.Min, symbol.Max })));
        attributes.Add(Attributes.Ints(AttributeNames.SymbolInputs, places));
    }
}
