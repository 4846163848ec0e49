namespace Evergraph.Graph;

/// <summary>
/// Many sizes and conditions compiled to one flat postfix program. Evaluating one reads the values of the symbols by
/// slot and allocates nothing. Thread-safe.
/// </summary>
public sealed class DimProgram
{
    private readonly DimInstruction[] _code;
    private readonly Entry[] _dims;
    private readonly (Entry Left, Relation Relation, Entry Right)[] _conditions;
    private readonly int _stack;

    /// <summary>Compiles.</summary>
    /// <param name="symbols">The symbols, in the order in which their values are given.</param>
    /// <param name="dims">The sizes, for <see cref="Evaluate"/>.</param>
    /// <param name="conditions">The conditions, for <see cref="Holds"/>.</param>
    /// <exception cref="SymbolicDimException">A size has a symbol that is not listed.</exception>
    public DimProgram(IReadOnlyList<Symbol> symbols, IReadOnlyList<Dim> dims, IReadOnlyList<Condition> conditions)
    {
        var compiler = new DimCompiler(symbols);
        _dims = new Entry[dims.Count];
        for (int i = 0; i < _dims.Length; i++)
            _dims[i] = compiler.Compile(dims[i]);
        _conditions = new (Entry, Relation, Entry)[conditions.Count];
        for (int i = 0; i < _conditions.Length; i++)
            _conditions[i] = (compiler.Compile(conditions[i].Left), conditions[i].Relation, compiler.Compile(conditions[i].Right));
        _code = [.. compiler.Code];
        _stack = compiler.MostStack;
        SymbolCount = symbols.Count;
    }

    /// <summary>How many values of symbols an evaluation takes.</summary>
    public int SymbolCount { get; }

    /// <summary>How many sizes were compiled.</summary>
    public int DimCount => _dims.Length;

    /// <summary>How many conditions were compiled.</summary>
    public int ConditionCount => _conditions.Length;

    /// <summary>The value of size <paramref name="index"/>.</summary>
    /// <exception cref="DimOverflowException">The value, or a part of it, does not fit in 64 bits.</exception>
    /// <exception cref="DimDivideByZeroException">A divisor is zero at these values.</exception>
    public long Evaluate(int index, ReadOnlySpan<long> symbols) => Run(_dims[index], symbols);

    /// <summary>Whether condition <paramref name="index"/> holds.</summary>
    /// <exception cref="DimOverflowException">A side does not fit in 64 bits.</exception>
    /// <exception cref="DimDivideByZeroException">A divisor is zero at these values.</exception>
    public bool Holds(int index, ReadOnlySpan<long> symbols)
    {
        ref readonly (Entry Left, Relation Relation, Entry Right) condition = ref _conditions[index];
        return Condition.Compare(Run(condition.Left, symbols), condition.Relation, Run(condition.Right, symbols));
    }

    private long Run(Entry entry, ReadOnlySpan<long> symbols)
    {
        if (entry.Length == 0)
            return entry.Constant;
        ReadOnlySpan<DimInstruction> code = _code.AsSpan(entry.Start, entry.Length);
        if (code.Length == 1)
            return symbols[(int)code[0].Operand];
        Span<long> stack = stackalloc long[_stack];
        int top = -1;
        foreach (DimInstruction instruction in code)
        {
            switch (instruction.Operation)
            {
                case DimOperation.Constant:
                    stack[++top] = instruction.Operand;
                    break;
                case DimOperation.Symbol:
                    stack[++top] = symbols[(int)instruction.Operand];
                    break;
                case DimOperation.AddConstant:
                    stack[top] = Checked.Add(stack[top], instruction.Operand);
                    break;
                case DimOperation.MultiplyConstant:
                    stack[top] = Checked.Multiply(stack[top], instruction.Operand);
                    break;
                case DimOperation.FloorDivideConstant:
                    stack[top] = Checked.FloorDivide(stack[top], instruction.Operand);
                    break;
                case DimOperation.Add:
                    top--;
                    stack[top] = Checked.Add(stack[top], stack[top + 1]);
                    break;
                case DimOperation.Multiply:
                    top--;
                    stack[top] = Checked.Multiply(stack[top], stack[top + 1]);
                    break;
                case DimOperation.FloorDivide:
                    top--;
                    stack[top] = Checked.FloorDivide(stack[top], stack[top + 1]);
                    break;
                case DimOperation.Minimum:
                    top--;
                    stack[top] = Math.Min(stack[top], stack[top + 1]);
                    break;
                case DimOperation.Maximum:
                    top--;
                    stack[top] = Math.Max(stack[top], stack[top + 1]);
                    break;
            }
        }
        return stack[0];
    }

    /// <summary>A run of instructions that leaves one value, or, when it has none, a constant.</summary>
    internal readonly record struct Entry(int Start, int Length, long Constant);
}
