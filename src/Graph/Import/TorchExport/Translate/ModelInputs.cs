namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Declares the inputs and parameters of the graph as the signature tells them.</summary>
internal sealed class ModelInputs(TorchExportArchive archive, GraphBuilder builder, SymbolTable symbols, Weights weights)
{
    private readonly List<string> _fixed = [];
    private readonly List<(ExportedInputSpec Spec, TensorIdentity Tensor, Value Original)> _declared = [];
    private readonly List<(string Input, Dim Dim)> _dims = [];
    private readonly HashSet<string> _inputNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parameterNames = new(StringComparer.Ordinal);

    /// <summary>Inputs that the graph does not take, with their values.</summary>
    public IReadOnlyList<string> Fixed => _fixed;

    /// <summary>The tensors that were declared, to find those that were written in place.</summary>
    public IReadOnlyList<(ExportedInputSpec Spec, TensorIdentity Tensor, Value Original)> Declared => _declared;

    public void Declare(ValueScope scope)
    {
        var at = new NodeContext(archive.Path, null, NodeSource.None);
        var memories = new Dictionary<StorageRegion, SharedMemory>(ReferenceEqualityComparer.Instance);
        foreach (ExportedInputSpec spec in archive.Program.Inputs)
        {
            switch (spec.Kind)
            {
                case ExportedInputKind.UserInput or ExportedInputKind.ConstantInput:
                    DeclareUserInput(spec, scope, at);
                    break;
                case ExportedInputKind.Parameter or ExportedInputKind.Buffer or ExportedInputKind.TensorConstant:
                    DeclareParameter(spec, scope, memories, at);
                    break;
                default:
                    throw new ImportException(
                        $"{archive.Path}: input '{spec.Path}' is {(spec.Kind == ExportedInputKind.Token ? "an effect token" : "a script object")}, which is not supported; replace it by tensors before exporting");
            }
        }
        RefuseUndefinedSymbols();
    }

    /// <summary>A call gives a symbol its value through a size or number that is the symbol by itself.</summary>
    private void RefuseUndefinedSymbols()
    {
        HashSet<Symbol> defined = [.. _dims.Select(static d => d.Dim.TryGetSymbol(out Symbol? symbol) ? symbol : null).OfType<Symbol>()];
        foreach (var (name, dim) in _dims)
            foreach (Symbol symbol in dim.Symbols)
                if (!defined.Contains(symbol))
                    throw new ImportException(
                        $"{archive.Path}: input '{name}' has size {dim}, but no input has size {symbol.Name} by itself, from which a call could tell it; export the model with an input of that size");
    }

    private void DeclareParameter(ExportedInputSpec spec, ValueScope scope, Dictionary<StorageRegion, SharedMemory> memories, NodeContext at)
    {
        string name = ((ExportedArgument.Tensor)spec.Argument).Name;
        Tensor tensor = weights.Load(spec);
        CheckRecorded(name, tensor.Type, spec.Path, scope);
        // Tied weights and views of one buffer lie in one memory, so that a write to one makes the others stale.
        StorageRegion storage = weights.Stored(spec).Storage;
        if (!memories.TryGetValue(storage, out SharedMemory? memory))
            memories[storage] = memory = new();
        Name(_parameterNames, spec.Path, "parameter");
        Value value = builder.AddParameter(new(spec.Path, tensor.Type, tensor));
        Define(spec, name, value, memory, scope, at);
    }

    private void DeclareUserInput(ExportedInputSpec spec, ValueScope scope, NodeContext at)
    {
        switch (spec.Argument)
        {
            case ExportedArgument.Tensor tensor:
                Name(_inputNames, tensor.Name, "input");
                TensorType type = Recorded(tensor.Name, scope);
                symbols.DeclareInput(tensor.Name, type);
                foreach (Dim dim in type.Shape)
                    _dims.Add((tensor.Name, dim));
                Define(spec, tensor.Name, builder.AddInput(new(tensor.Name, type)), new(), scope, at);
                break;
            case ExportedArgument.SymInt { Value.Name: { } name }:
                if (!scope.Graph.SymIntValues.TryGetValue(name, out ExportedSize size))
                    throw new ImportException($"{archive.Path}: integer input '{name}' has no expression in sym_int_values; the file is damaged, export it again");
                DeclareNumber(name, Parse(size, name));
                scope.Define(name, Parse(size, name), at);
                break;
            case ExportedArgument.SymInt { Value: var constant }:
                DeclareNumber(spec.Path, constant.Value);
                break;
            case ExportedArgument.Int number:
                DeclareNumber(spec.Path.Length > 0 ? spec.Path : $"input{_declared.Count}", number.Value);
                break;
            default:
                _fixed.Add($"{(spec.Path.Length > 0 ? spec.Path : "an input")} = {Show(spec.Argument)}");
                break;
        }
    }

    private void DeclareNumber(string name, Dim number)
    {
        Name(_inputNames, name, "input");
        symbols.DeclareInput(name, number);
        _dims.Add((name, number));
        builder.AddInput(new(name, new(DType.Int64, Shape.Scalar), number));
    }

    private void Name(HashSet<string> names, string name, string kind)
    {
        if (name.Length == 0 || !names.Add(name))
            throw new ImportException($"{archive.Path}: {(name.Length == 0 ? $"a {kind} has no name" : $"two {kind}s are named '{name}'")}, expected each its own; the file is damaged, export it again");
    }

    private void Define(ExportedInputSpec spec, string name, Value value, SharedMemory memory, ValueScope scope, NodeContext at)
    {
        var tensor = new TensorIdentity(value, memory);
        scope.Define(name, tensor, at);
        _declared.Add((spec, tensor, value));
    }

    private TensorType Recorded(string name, ValueScope scope)
    {
        if (!scope.Graph.TensorValues.TryGetValue(name, out ExportedTensorMeta? meta))
            throw new ImportException($"{archive.Path}: input '{name}' has no element type and sizes in tensor_values; the file is damaged, export it again");
        DType type = meta.Type.ToDType() ?? throw new ImportException(
            $"{archive.Path}: input '{name}' has elements of {meta.Type.Name()}, expected one of {TorchScalarTypes.SupportedNames}; export the model with one of these");
        return new(type, Shape.Create([.. meta.Sizes.Select(size => Parse(size, name))]));
    }

    private void CheckRecorded(string name, TensorType stored, string path, ValueScope scope)
    {
        if (scope.Graph.TensorValues.ContainsKey(name) && Recorded(name, scope) is var recorded && recorded != stored)
            throw new ImportException($"{archive.Path}: '{path}' is stored as {stored}, expected {recorded}, which the program records; the file is damaged, export it again");
    }

    private Dim Parse(ExportedSize size, string name)
    {
        try
        {
            Dim parsed = symbols.Parse(size);
            return parsed.Range.Min != long.MinValue && parsed.Range.Max < 0
                ? throw new ImportException($"{archive.Path}: input '{name}' has size {parsed}, expected 0 or more; the file is damaged, export it again")
                : parsed;
        }
        catch (EvergraphException fault) when (fault is not ImportException)
        {
            throw new ImportException($"{archive.Path}: a size of input '{name}' is not understood: {fault.Message}; report this file", fault);
        }
    }

    private static string Show(ExportedArgument argument) => argument switch
    {
        ExportedArgument.None => "None",
        ExportedArgument.Text text => $"'{text.Value}'",
        ExportedArgument.Float number => $"{number.Value}",
        ExportedArgument.Bool truth => truth.Value ? "True" : "False",
        _ => argument.Kind,
    };
}
