namespace Evergraph.Graph;

internal enum DimOperation : byte
{
    Constant,
    Symbol,
    AddConstant,
    MultiplyConstant,
    FloorDivideConstant,
    Add,
    Multiply,
    FloorDivide,
    Minimum,
    Maximum,
}

/// <summary>An operation with its constant, or the slot of its symbol.</summary>
internal readonly record struct DimInstruction(DimOperation Operation, long Operand);

/// <summary>Writes sizes as postfix instructions and works out the stack they need.</summary>
internal sealed class DimCompiler
{
    private readonly Dictionary<Symbol, int> _slots = [];
    private readonly Dictionary<Dim, DimProgram.Entry> _known = [];
    private int _stack;

    public DimCompiler(IReadOnlyList<Symbol> symbols)
    {
        for (int i = 0; i < symbols.Count; i++)
            _slots[symbols[i]] = i;
    }

    public List<DimInstruction> Code { get; } = [];

    public int MostStack { get; private set; } = 1;

    public DimProgram.Entry Compile(Dim dim)
    {
        if (dim.IsConstant)
            return new DimProgram.Entry(0, 0, dim.Constant);
        if (_known.TryGetValue(dim, out DimProgram.Entry known))
            return known;
        int start = Code.Count;
        _stack = 0;
        Emit(dim);
        var entry = new DimProgram.Entry(start, Code.Count - start, 0);
        _known.Add(dim, entry);
        return entry;
    }

    private void Emit(Dim dim)
    {
        if (dim.Polynomial is null)
        {
            Push(DimOperation.Constant, dim.Constant);
            return;
        }
        for (int i = 0; i < dim.Polynomial.Terms.Length; i++)
        {
            Emit(dim.Polynomial.Terms[i]);
            if (i > 0)
                Pop(DimOperation.Add);
        }
        if (dim.Constant != 0)
            Code.Add(new DimInstruction(DimOperation.AddConstant, dim.Constant));
    }

    private void Emit(Term term)
    {
        bool first = true;
        foreach (Factor factor in term.Monomial.Factors)
        {
            for (int i = 0; i < factor.Power; i++)
            {
                Emit(factor.Atom);
                if (!first)
                    Pop(DimOperation.Multiply);
                first = false;
            }
        }
        if (term.Coefficient != 1)
            Code.Add(new DimInstruction(DimOperation.MultiplyConstant, term.Coefficient));
    }

    private void Emit(Atom atom)
    {
        switch (atom)
        {
            case SymbolAtom symbol:
                if (!_slots.TryGetValue(symbol.Symbol, out int slot))
                    throw new SymbolicDimException($"symbol {symbol.Symbol.Describe()}: expected one of the symbols that have a value here ({string.Join(", ", _slots.Keys.Select(known => known.Describe()))}), given one that is bound by no input");
                Push(DimOperation.Symbol, slot);
                break;
            case FloorDivisionAtom division:
                Emit(division.Dividend);
                if (division.Divisor.TryGetConstant(out long divisor))
                {
                    Code.Add(new DimInstruction(DimOperation.FloorDivideConstant, divisor));
                    break;
                }
                Emit(division.Divisor);
                Pop(DimOperation.FloorDivide);
                break;
            case ExtremumAtom extremum:
                for (int i = 0; i < extremum.Arguments.Length; i++)
                {
                    Emit(extremum.Arguments[i]);
                    if (i > 0)
                        Pop(extremum.Kind == AtomKind.Minimum ? DimOperation.Minimum : DimOperation.Maximum);
                }
                break;
        }
    }

    private void Push(DimOperation operation, long operand)
    {
        Code.Add(new DimInstruction(operation, operand));
        MostStack = Math.Max(MostStack, ++_stack);
    }

    private void Pop(DimOperation operation)
    {
        Code.Add(new DimInstruction(operation, 0));
        _stack--;
    }
}
