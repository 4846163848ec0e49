namespace Evergraph.Graph;

public readonly partial struct Dim
{
    /// <summary>Computes the size in another world, such as that of ONNX nodes. Equal parts are folded each time they occur.</summary>
    public T Fold<T>(IDimAlgebra<T> algebra)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        if (Polynomial is null)
            return algebra.Constant(Constant);
        var sum = default(T)!;
        for (int i = 0; i < Polynomial.Terms.Length; i++)
        {
            var term = Fold(Polynomial.Terms[i], algebra);
            sum = i == 0 ? term : algebra.Add(sum, term);
        }

        return Constant == 0 ? sum : algebra.Add(sum, algebra.Constant(Constant));
    }

    private static T Fold<T>(Term term, IDimAlgebra<T> algebra)
    {
        var product = default(T)!;
        bool first = true;
        foreach (var factor in term.Monomial.Factors)
        {
            var atom = Fold(factor.Atom, algebra);
            for (int i = 0; i < factor.Power; i++)
            {
                product = first ? atom : algebra.Multiply(product, atom);
                first = false;
            }
        }

        return term.Coefficient == 1 ? product : algebra.Multiply(product, algebra.Constant(term.Coefficient));
    }

    private static T Fold<T>(Atom atom, IDimAlgebra<T> algebra)
    {
        switch (atom)
        {
            case SymbolAtom symbol:
                return algebra.Symbol(symbol.Symbol);
            case FloorDivisionAtom division:
                bool truncates = division.Dividend.Range.Min >= 0 && division.Divisor.Range.Min >= 0;
                return algebra.FloorDivide(division.Dividend.Fold(algebra), division.Divisor.Fold(algebra), truncates);
            case ExtremumAtom extremum:
                var result = extremum.Arguments[0].Fold(algebra);
                for (int i = 1; i < extremum.Arguments.Length; i++)
                {
                    var next = extremum.Arguments[i].Fold(algebra);
                    result = extremum.Kind == AtomKind.Minimum ? algebra.Minimum(result, next) : algebra.Maximum(result, next);
                }

                return result;
            default:
                throw new ArgumentOutOfRangeException(nameof(atom), atom.Kind, "not a kind of atom");
        }
    }
}
