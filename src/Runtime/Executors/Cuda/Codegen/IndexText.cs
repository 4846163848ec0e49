using System.Globalization;
using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// Writes places as C: 32-bit arithmetic, since no tensor has more than 2³¹ − 1 elements. A size that has no place in it is worked out
/// before the launch and comes as an argument.
/// </summary>
/// <param name="nameOf">The variable of a place, or null for a symbol that is a size.</param>
/// <param name="argumentOf">The argument for a size.</param>
internal sealed class IndexText(Func<Symbol, string?> nameOf, Func<Dim, string> argumentOf) : IDimAlgebra<string>
{
    /// <summary>The text of a place or size.</summary>
    public string Write(Dim dim) => dim.IsConstant || dim.Symbols.Any(symbol => nameOf(symbol) is not null) ? dim.Fold(this) : argumentOf(dim);

    string IDimAlgebra<string>.Constant(long value) =>
        value < 0 ? $"({value.ToString(CultureInfo.InvariantCulture)})" : value.ToString(CultureInfo.InvariantCulture);

    string IDimAlgebra<string>.Symbol(Symbol symbol) => nameOf(symbol) ?? argumentOf(symbol);

    string IDimAlgebra<string>.Add(string left, string right) => $"({left} + {right})";

    string IDimAlgebra<string>.Multiply(string left, string right) => $"{left} * {right}";

    // Unsigned division by a constant is one multiplication.
    string IDimAlgebra<string>.FloorDivide(string left, string right, bool truncates) =>
        truncates ? $"int(unsigned({left}) / unsigned({right}))" : $"floor_divide({left}, {right})";

    string IDimAlgebra<string>.Minimum(string left, string right) => $"min({left}, {right})";

    string IDimAlgebra<string>.Maximum(string left, string right) => $"max({left}, {right})";
}
