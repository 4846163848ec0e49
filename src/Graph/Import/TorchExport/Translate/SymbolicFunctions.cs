namespace Evergraph.Graph.Import.TorchExport;

/// <summary>The functions of symbolic texts: sympy's, PyTorch's (torch/utils/_sympy/functions.py) and Python's.</summary>
internal static class SymbolicFunctions
{
    public static SymbolicValue Apply(string function, List<SymbolicValue> arguments, SymbolicText text, SymbolicTokens tokens)
    {
        Dim At(int index) => text.Size(arguments[index]);
        SymbolicValue Compare(Relation relation) => new([new Condition(At(0), relation, At(1))]);
        return (function, arguments.Count) switch
        {
            ("Integer" or "Identity", 1) => arguments[0],
            ("Add", > 0) => new(Fold(static (a, b) => a + b)),
            ("Mul", > 0) => new(Fold(static (a, b) => a * b)),
            ("Max" or "max", > 0) => new(Fold(static (a, b) => Dim.Max(a, b))),
            ("Min" or "min", > 0) => new(Fold(static (a, b) => Dim.Min(a, b))),
            ("Pow" or "PowByNatural", 2) => new(text.Power(At(0), At(1))),
            ("FloorDiv" or "CleanDiv", 2) => new(text.Divide(At(0), At(1))),
            ("CeilDiv", 2) => new(-text.Divide(-At(0), At(1))),
            // Sympy's Mod has the sign of the divisor, as Python's % has; PyTorch's Mod is only used where nothing is negative.
            ("Mod" or "PythonMod", 2) => new(text.Remainder(At(0), At(1))),
            ("Equality" or "Eq", 2) => Compare(Relation.Equal),
            ("Unequality" or "Ne", 2) => Compare(Relation.NotEqual),
            ("StrictLessThan" or "Lt", 2) => Compare(Relation.Less),
            ("LessThan" or "Le", 2) => Compare(Relation.LessOrEqual),
            ("StrictGreaterThan" or "Gt", 2) => Compare(Relation.Greater),
            ("GreaterThan" or "Ge", 2) => Compare(Relation.GreaterOrEqual),
            ("And", > 0) => new([.. arguments.SelectMany(text.Conditions)]),
            ("Not", 1) => text.Negate(arguments[0]),
            _ => throw tokens.Error("a function of sizes such as Add, Mul, FloorDiv, Mod, Max or Min", $"{function} of {arguments.Count}"),
        };

        Dim Fold(Func<Dim, Dim, Dim> combine)
        {
            Dim value = At(0);
            for (int i = 1; i < arguments.Count; i++)
                value = combine(value, At(i));
            return value;
        }
    }
}
