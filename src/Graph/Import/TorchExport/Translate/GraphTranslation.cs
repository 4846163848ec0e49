namespace Evergraph.Graph.Import.TorchExport;

/// <summary>One attempt to translate a program over given ranges of its symbols.</summary>
internal sealed class GraphTranslation
{
    private readonly TorchExportArchive _archive;
    private readonly OperatorRegistry _registry;
    private readonly TargetTable _targets;
    private readonly GraphBuilder _builder = new();
    private readonly SymbolTable _symbols;
    private readonly RecordedTypes _recorded;
    private readonly NumberTensors _numbers;
    private readonly ArgumentTranslator _arguments;
    private readonly Assertions _assertions;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    private GraphTranslation(TorchExportArchive archive, OperatorRegistry registry, TargetTable targets, SymbolTable symbols)
    {
        _archive = archive;
        _registry = registry;
        _targets = targets;
        _symbols = symbols;
        _recorded = new(symbols);
        _numbers = new(_builder, registry);
        _arguments = new(_numbers);
        _assertions = new(_builder);
    }

    /// <summary>Translates the program.</summary>
    /// <exception cref="EvergraphException">A node does not infer, or infers something else than PyTorch recorded.</exception>
    public static TranslatedGraph Run(
        TorchExportArchive archive, OperatorRegistry registry, TargetTable targets, Weights weights, SymbolTable symbols, IReadOnlyList<RequiredText> required)
    {
        var translation = new GraphTranslation(archive, registry, targets, symbols);
        var scope = new ValueScope(archive.Program.Graph);
        var inputs = new ModelInputs(archive, translation._builder, symbols, weights);
        inputs.Declare(scope);
        foreach (RequiredText text in required)
            foreach (Condition condition in text.Conditions(symbols))
                translation._assertions.Require(condition, text.Message, new(archive.Path, null, NodeSource.None));
        translation.Translate(scope);
        new ModelOutputs(archive, translation._builder, translation._numbers).Declare(scope, inputs);
        // What the fakes left open; what the program itself asserts is added now, so that it is counted apart.
        Requirement[] open = [.. translation._builder.Requirements, .. translation._assertions.Required];
        foreach (Requirement requirement in translation._assertions.Required)
            translation._builder.AddRequirement(requirement);
        return new(translation._builder.Build(), open, translation._counts, inputs.Fixed);
    }

    private void Translate(ValueScope scope)
    {
        foreach (ExportedNode node in scope.Graph.Nodes)
        {
            ResolvedTarget target = _targets[node.Target];
            var at = new NodeContext(_archive.Path, node, _targets.Sources.Of(node));
            switch (target.Kind)
            {
                case TargetKind.Operator:
                    AddOperator(target, scope, at);
                    break;
                case TargetKind.InPlace:
                    AddInPlace(target, scope, at);
                    break;
                case TargetKind.Size:
                    SizeOperators.Evaluate(scope, at);
                    break;
                case TargetKind.TensorSize:
                    TensorSizes.Read(scope, _builder, _symbols, at);
                    break;
                case TargetKind.Statement:
                    Check(target, scope, at);
                    break;
                case TargetKind.Item:
                    ListItems.Take(scope, at);
                    break;
                default:
                    Inline(scope, at);
                    break;
            }
        }
    }

    private void Check(ResolvedTarget target, ValueScope scope, NodeContext at)
    {
        switch (target.Name)
        {
            case "aten::_assert_tensor_metadata":
                _assertions.TensorMetadata(scope, at);
                break;
            case "aten::_assert_scalar":
                _assertions.Scalar(scope, at);
                break;
            default:
                _assertions.ConstrainRange(scope, at);
                break;
        }
    }

    private void AddOperator(ResolvedTarget target, ValueScope scope, NodeContext at)
    {
        OperatorDefinition definition = _numbers.ScalarOverload(target.Definition!, at.Node!);
        Value[] results = Infer(definition, scope, at);
        IReadOnlyList<ExportedArgument> outputs = HigherOrderOperators.Flatten(at.Node!.Outputs);
        if (outputs.Count != results.Length)
            throw at.Fault($"expected {results.Length} results of '{definition.Schema}', given {outputs.Count}; register the operator with the schema that the file was exported with");
        SharedMemory? memory = target.IsView ? FirstTensor(scope, at)?.Memory : null;
        for (int i = 0; i < results.Length; i++)
        {
            if (outputs[i] is ExportedArgument.None)
                continue;
            if (outputs[i] is not ExportedArgument.Tensor output)
                throw at.Fault($"expected tensors as results, given {outputs[i].Kind}");
            _recorded.Check(output.Name, _builder.TypeOf(results[i]), scope, at);
            scope.Define(output.Name, new TensorIdentity(results[i], memory ?? new()), at);
        }
    }

    private void AddInPlace(ResolvedTarget target, ValueScope scope, NodeContext at)
    {
        TensorIdentity self = FirstTensor(scope, at) ?? throw at.Fault("expected a tensor as its first argument, given none");
        OperatorDefinition definition = _numbers.ScalarOverload(target.Definition!, at.Node!);
        Value[] results = Infer(definition, scope, at);
        if (results.Length != 1)
            throw at.Fault($"its pure form {definition.Name} has {results.Length} results, expected 1");
        Value value = InPlaceResult.Fit(results[0], _builder.TypeOf(self.Value), _builder, _registry, at);
        self.Write(value, at.Describe());
        foreach (ExportedArgument argument in at.Node!.Outputs)
        {
            if (argument is not ExportedArgument.Tensor output)
                continue;
            _recorded.Check(output.Name, _builder.TypeOf(value), scope, at);
            scope.Define(output.Name, self, at);
        }
    }

    private Value[] Infer(OperatorDefinition definition, ValueScope scope, NodeContext at)
    {
        EquatableArray<Argument> arguments = _arguments.Translate(definition, scope, at);
        _counts[definition.Name] = _counts.GetValueOrDefault(definition.Name) + 1;
        try
        {
            return _builder.Add(definition, arguments, at.Source);
        }
        catch (EvergraphException fault)
        {
            throw new ImportException($"{at.File}: node '{at.Node!.Name}': {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or ImportException))
        {
            // A fake is written by anyone, and a file may give it what its author did not think of.
            throw at.Fault($"the fake of {definition.Name} failed with {fault.GetType().Name}: {fault.Message}; expected a ShapeException for what it does not take", fault);
        }
    }

    private static TensorIdentity? FirstTensor(ValueScope scope, NodeContext at)
    {
        foreach (ExportedInput input in at.Node!.Inputs)
            if (input.Value is ExportedArgument.Tensor tensor)
                return scope.Tensor(tensor.Name, at);
        return null;
    }

    private void Inline(ValueScope scope, NodeContext at)
    {
        var (body, inputs) = HigherOrderOperators.Open(at);
        var inner = new ValueScope(body);
        for (int i = 0; i < inputs.Count; i++)
            Bind(body.Inputs[i], inputs[i], inner, scope, at);
        Translate(inner);
        IReadOnlyList<ExportedArgument> given = HigherOrderOperators.Flatten(body.Outputs), named = HigherOrderOperators.Flatten(at.Node!.Outputs);
        if (given.Count != named.Count)
            throw at.Fault($"its graph has {given.Count} outputs, expected {named.Count}");
        for (int i = 0; i < given.Count; i++)
        {
            Bind(named[i], given[i], scope, inner, at);
            if (named[i] is ExportedArgument.Tensor output)
                _recorded.Check(output.Name, _builder.TypeOf(scope.Tensor(output.Name, at).Value), scope, at);
        }
    }

    /// <summary>Gives the name in one scope the meaning of an argument in another.</summary>
    private static void Bind(ExportedArgument name, ExportedArgument argument, ValueScope scope, ValueScope from, NodeContext at)
    {
        switch (name, argument)
        {
            case (ExportedArgument.Tensor to, ExportedArgument.Tensor tensor):
                scope.Define(to.Name, from.Tensor(tensor.Name, at), at);
                break;
            case (ExportedArgument.SymInt { Value.Name: { } to }, ExportedArgument.SymInt size):
                scope.Define(to, from.Size(size.Value, at), at);
                break;
            case (ExportedArgument.SymInt { Value.Name: { } to }, ExportedArgument.Int number):
                scope.Define(to, number.Value, at);
                break;
            case (ExportedArgument.Int or ExportedArgument.Float or ExportedArgument.Bool or ExportedArgument.None or ExportedArgument.Text, _):
                break;
            default:
                throw at.Fault($"its graph expects {name.Kind}, given {argument.Kind}");
        }
    }
}

/// <summary>What an attempt gave.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Open">The requirements that were not proven.</param>
/// <param name="Operators">How often each operator is called.</param>
/// <param name="FixedInputs">Inputs that the graph does not take.</param>
internal sealed record TranslatedGraph(
    TensorGraph Graph, IReadOnlyList<Requirement> Open, IReadOnlyDictionary<string, int> Operators, IReadOnlyList<string> FixedInputs);
