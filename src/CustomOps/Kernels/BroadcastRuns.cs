namespace Evergraph.CustomOps.Kernels;

/// <summary>
/// Walks the result of a broadcast of up to three dense tensors in runs: stretches of the result along which each operand
/// is either read in order or repeats one element.
/// </summary>
/// <remarks>
/// Neighbouring dimensions that every operand treats alike are joined first, so tensors of equal sizes are one run, and so
/// is a tensor with a number. Because operands are dense, no other stride occurs in the innermost dimension.
/// </remarks>
public ref struct BroadcastRuns
{
    private readonly long[] _extents = [];
    private readonly int[] _repeated = [];
    private readonly long[] _index = [];
    private readonly int _innermostRepeated;
    private Starts _starts;
    private Starts _steps;
    private long _left;

    /// <summary>Runs over one operand.</summary>
    public BroadcastRuns(ReadOnlySpan<long> sizes, ReadOnlySpan<long> a)
        : this(sizes, a, sizes, sizes, 1)
    {
    }

    /// <summary>Runs over two operands.</summary>
    public BroadcastRuns(ReadOnlySpan<long> sizes, ReadOnlySpan<long> a, ReadOnlySpan<long> b)
        : this(sizes, a, b, sizes, 2)
    {
    }

    /// <summary>Runs over three operands.</summary>
    public BroadcastRuns(ReadOnlySpan<long> sizes, ReadOnlySpan<long> a, ReadOnlySpan<long> b, ReadOnlySpan<long> c)
        : this(sizes, a, b, c, 3)
    {
    }

    private BroadcastRuns(ReadOnlySpan<long> sizes, ReadOnlySpan<long> a, ReadOnlySpan<long> b, ReadOnlySpan<long> c, int operands)
    {
        Operands = operands;
        // Innermost first.
        Span<long> extents = stackalloc long[sizes.Length];
        Span<int> repeated = stackalloc int[sizes.Length];
        int count = 0;
        _left = 1;
        for (int fromEnd = 1; fromEnd <= sizes.Length; fromEnd++)
        {
            long size = sizes[^fromEnd];
            if (size == 0)
                _left = 0;
            if (size == 1)
                continue;
            int mask = (IsRepeated(a, fromEnd) ? 1 : 0) | (IsRepeated(b, fromEnd) ? 2 : 0) | (IsRepeated(c, fromEnd) ? 4 : 0);
            if (count > 0 && repeated[count - 1] == mask)
            {
                extents[count - 1] *= size;
            }
            else
            {
                extents[count] = size;
                repeated[count++] = mask;
            }
        }

        Length = count == 0 ? 1 : (int)extents[0];
        _innermostRepeated = count == 0 ? 0 : repeated[0];
        if (_left != 0 && count > 1)
        {
            _extents = extents[1..count].ToArray();
            _repeated = repeated[1..count].ToArray();
            _index = new long[count - 1];
            foreach (long extent in _extents)
                _left *= extent;
        }

        Count = (int)_left;
    }

    /// <summary>How many operands there are.</summary>
    public int Operands { get; }

    /// <summary>How many runs there are.</summary>
    public int Count { get; }

    /// <summary>How many elements each run has.</summary>
    public int Length { get; }

    /// <summary>Where in the result the run begins, in elements.</summary>
    public int Start { get; private set; } = -1;

    /// <summary>Where in an operand the run begins, in elements.</summary>
    public readonly int StartOf(int operand) => _starts[operand];

    /// <summary>Whether the run reads one element of an operand again and again.</summary>
    public readonly bool IsRepeated(int operand) => (_innermostRepeated & (1 << operand)) != 0;

    /// <summary>Goes to the next run.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        if (Start < 0)
        {
            MoveTo(0);
            return true;
        }

        _left--;
        Start += Length;
        for (int operand = 0; operand < Operands; operand++)
            Advance(operand);
        for (int axis = 0; axis < _index.Length && ++_index[axis] == _extents[axis]; axis++)
            _index[axis] = 0;
        return true;
    }

    /// <summary>Goes to one of the runs, so that several can walk through their own share.</summary>
    /// <param name="run">Its number, from 0 to <see cref="Count"/> − 1.</param>
    public void MoveTo(int run)
    {
        _left = Count - run - 1;
        Start = run * Length;
        for (int operand = 0; operand < Operands; operand++)
        {
            long rest = run;
            int block = _steps[operand] = IsRepeated(operand) ? 1 : Length;
            _starts[operand] = 0;
            for (int axis = 0; axis < _index.Length; axis++)
            {
                _index[axis] = rest % _extents[axis];
                rest /= _extents[axis];
                if ((_repeated[axis] & (1 << operand)) != 0)
                    continue;
                _starts[operand] += block * (int)_index[axis];
                block *= (int)_extents[axis];
            }
        }
    }

    // Called before the index moves on. A block is what the operand holds inside the axis. Where the axis wraps around, the
    // operand goes back to the axis' first block; a repeated axis holds one block and never moved.
    private void Advance(int operand)
    {
        int bit = 1 << operand;
        int block = _steps[operand];
        int start = _starts[operand];
        for (int axis = 0; axis < _index.Length; axis++)
        {
            bool repeats = (_repeated[axis] & bit) != 0;
            if (_index[axis] + 1 < _extents[axis])
            {
                _starts[operand] = repeats ? start : start + block;
                return;
            }

            if (repeats)
                continue;
            start -= block * (int)_index[axis];
            block *= (int)_extents[axis];
        }
    }

    private static bool IsRepeated(ReadOnlySpan<long> operand, int fromEnd) => fromEnd > operand.Length || operand[^fromEnd] == 1;

    [System.Runtime.CompilerServices.InlineArray(3)]
    private struct Starts
    {
        private int _first;
    }
}
