using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Evergraph.Graph;

/// <summary>Operators by full name. Thread-safe; registering a batch is all or nothing; readers see a snapshot.</summary>
public sealed class OperatorRegistry
{
    private readonly Lock _gate = new();
    private volatile Dictionary<string, OperatorDefinition> _operators = new(StringComparer.Ordinal);

    /// <summary>Every operator, by name.</summary>
    public IReadOnlyList<OperatorDefinition> Operators =>
        [.. _operators.Values.OrderBy(definition => definition.Name, StringComparer.Ordinal)];

    /// <summary>Adds operators.</summary>
    /// <exception cref="EvergraphException">A name is taken; nothing is added then.</exception>
    public OperatorRegistry Register(params IReadOnlyList<OperatorDefinition> definitions)
    {
        lock (_gate)
        {
            var operators = new Dictionary<string, OperatorDefinition>(_operators, StringComparer.Ordinal);
            foreach (var definition in definitions)
            {
                if (!operators.TryAdd(definition.Name, definition) && operators[definition.Name] != definition)
                {
                    throw new EvergraphException(
                        $"operator {definition.Name} is registered already as '{operators[definition.Name].Schema}': give one of the two another name or overload");
                }
            }

            _operators = operators;
        }

        return this;
    }

    /// <summary>Adds the operators of an assembly that has any.</summary>
    /// <exception cref="EvergraphException">The assembly defines no operators, or a name is taken.</exception>
    public OperatorRegistry Register(Assembly assembly)
    {
        var library = assembly.GetCustomAttribute<OperatorLibraryAttribute>()?.Library ?? throw new EvergraphException(
            $"{assembly.GetName().Name} defines no operators: expected a [CustomOp] class and a reference to the Evergraph generator");
        return Register(((IOperatorLibrary)Activator.CreateInstance(library)!).Operators);
    }

    /// <summary>Finds an operator by full name, such as <c>aten::add.Tensor</c>; <c>aten::mm.default</c> is <c>aten::mm</c>.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out OperatorDefinition? definition) =>
        _operators.TryGetValue(name.EndsWith(".default", StringComparison.Ordinal) ? name[..^".default".Length] : name, out definition);

    /// <summary>Finds an operator by full name.</summary>
    /// <exception cref="EvergraphException">There is none; the nearest names are listed.</exception>
    public OperatorDefinition Find(string name)
    {
        if (TryFind(name, out var definition))
            return definition;
        string stem = name.Split('.')[0];
        var near = _operators.Keys.Where(key => key.StartsWith(stem, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(5).ToArray();
        string hint = near.Length > 0
            ? $"there are {string.Join(", ", near)}"
            : "register it: a class with [CustomOp(\"namespace::name(...) -> ...\")] in an assembly given to Register, or to the command with --ops";
        throw new EvergraphException($"no operator is named {name}: {hint}");
    }
}
