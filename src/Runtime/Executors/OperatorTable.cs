using Evergraph.Graph;

namespace Evergraph.Runtime;

/// <summary>A backend's lowerings, by operator. An operator without one runs as C# code.</summary>
/// <typeparam name="TFunction">Lowers a node.</typeparam>
internal abstract class OperatorTable<TFunction>
    where TFunction : Delegate
{
    private readonly Dictionary<string, TFunction> _functions = new(StringComparer.Ordinal);

    /// <summary>The operators that have one.</summary>
    public IReadOnlyCollection<string> Operators => _functions.Keys;

    /// <summary>Adds a lowering.</summary>
    /// <param name="operatorName">The operator's full name.</param>
    /// <param name="function">Lowers a node of it.</param>
    public void Add(string operatorName, TFunction function) => _functions.Add(operatorName, function);

    /// <summary>The lowering of an operator, or null.</summary>
    public TFunction? Find(OperatorDefinition definition) => _functions.GetValueOrDefault(definition.Name);
}
