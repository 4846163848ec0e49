using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>Values that one kernel computes and stores.</summary>
/// <param name="pool">Makes the expressions.</param>
/// <param name="roots">The values; they are computed in place although they are stored.</param>
internal sealed class KernelGroup(ExpressionPool pool, IReadOnlyList<LoweredValue> roots)
{
    public ExpressionPool Pool { get; } = pool;

    public IReadOnlyList<LoweredValue> Roots { get; } = roots;

    /// <summary>A scope in which the roots are computed, not loaded.</summary>
    public ElementScope NewScope() => new(Pool) { Roots = Roots };

    /// <summary>A name that says what the kernel does: the operators in it.</summary>
    public string NameFor(ElementScope scope)
    {
        var names = scope.Inlined.Where(value => value.Node >= 0 && value.ViewOf is null).OrderBy(value => value.Id).Select(value => value.Name).Distinct().ToList();
        if (names.Count == 0)
            names = [.. Roots.Select(root => root.Name).Distinct()];
        string name = string.Join("_", names.Count <= 4 ? names : [.. names[..3], "more"]);
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')) + "_kernel";
    }
}
