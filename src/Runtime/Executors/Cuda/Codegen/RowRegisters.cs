using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// What threads of a row kernel load of a row that is short enough to stay in registers: all of it before anything is computed, so that the
/// device's memory is waited for once and not between a reduction and what comes after it. It is kept in the type that it has in memory, where
/// 16-bit elements take half as many registers.
/// </summary>
/// <param name="writer">Writes the kernel.</param>
/// <param name="pool">Makes the expressions.</param>
/// <param name="schedule">How threads share rows.</param>
/// <param name="length">Elements of a row.</param>
/// <param name="places">The places: of the row, of a thread's vector within it, of an element within the vector.</param>
internal sealed class RowRegisters(KernelWriter writer, ExpressionPool pool, RowSchedule schedule, Dim length, (Symbol Row, Symbol Thread, Symbol Lane) places)
{
    private readonly Dictionary<Expression, (RegisterArray Array, int Shift)> _of = [];
    private readonly List<RegisterArray> _arrays = [];

    // Otherwise the last threads of a row do nothing when they come for the last time.
    private bool IsExact => length.Equals((Dim)(schedule.Iterations * schedule.Threads * schedule.Vector));

    /// <summary>Writes the loads of expressions, those that can be done beforehand.</summary>
    /// <param name="bodies">What is computed at a thread's place: what reductions along the row combine, and results.</param>
    public void Load(IEnumerable<Expression> bodies)
    {
        if (schedule.Iterations == 0)
            return;
        var parts = bodies.SelectMany(body => body.Parts()).Distinct().ToList();
        var guarded = parts.Where(part => part.Kind == ExpressionKind.Select).SelectMany(select => select.Operands[1..]).SelectMany(branch => branch.Parts()).ToHashSet();
        var loads = parts.Where(part => part.Kind == ExpressionKind.Load && part.Places.Contains(places.Thread) && !guarded.Contains(part) && IsKnown(part)).ToList();
        if (loads.Count == 0)
            return;
        foreach (var load in loads)
            _of.Add(load, Place(load, loads));
        foreach (var array in _arrays)
            writer.Line($"Elements<{array.Length}, {CTypes.Of(array.Load.Source!.Type.DType)}> {array.Name}[{array.Count}];");
        writer.Open(isBranch: false, (places.Thread, "q"));
        foreach (var array in _arrays)
            Fill(array);
        Loop(writer.Close());
    }

    /// <summary>Closes a loop of a row's threads over its vectors.</summary>
    /// <param name="body">What is done for vector <c>q</c>, the thread's i-th.</param>
    public void Loop(string body)
    {
        string vectors = writer.Place(Dim.CeilDiv(length, schedule.Vector));
        writer.Line("#pragma unroll");
        writer.Block(
            $"for (int i = 0; i < {schedule.Iterations}; ++i)",
            $"        const int q = lane + {schedule.Threads} * i;\n{(IsExact ? "" : $"        if (q >= {vectors}) continue;\n")}{body}");
    }

    /// <summary>The text of an element that was loaded, in the i-th turn of a loop and lane l of its vector; null where it was not.</summary>
    public string? TextOf(Expression load)
    {
        if (!_of.TryGetValue(load, out var at))
            return null;
        string turn = at.Array.Count == 1 ? "0" : at.Shift == 0 ? "i" : $"(i + {at.Shift}) % {schedule.Iterations}";
        return $"load({at.Array.Name}[{turn}].items{(at.Array.Length > 1 ? " + l" : "")})";
    }

    /// <summary>Whether the place of a load is known before anything is computed, in each of the thread's turns.</summary>
    private bool IsKnown(Expression load) =>
        load.Places.All(place => place == places.Row || place == places.Thread || place == places.Lane)
        && load.Index.Symbols.All(symbol => pool.DataOf(symbol) is not { } data || !data.Number.Parts().Any(part => part.Kind == ExpressionKind.Reduce));

    /// <summary>
    /// The registers of a load. A thread may load the same in another of its turns, as for a rotation of halves, or in each of them, as for
    /// angles that both halves share: then it is loaded once.
    /// </summary>
    private (RegisterArray Array, int Shift) Place(Expression load, List<Expression> loads)
    {
        int count = schedule.Iterations;
        bool isFromData = load.Index.Symbols.Any(symbol => pool.DataOf(symbol) is { } data && data.Number.Places.Contains(places.Thread));
        var turns = IsExact && count > 1 && !isFromData && MayRepeat(load, loads) ? TurnsOf(load) : null;
        if (turns is not null)
        {
            foreach (var known in _arrays)
            {
                if (known.Turns is not { } others || !ReferenceEquals(known.Load.Source, load.Source))
                    continue;
                for (int shift = 0; shift < others.Length; shift++)
                {
                    if (Enumerable.Range(0, count).All(i => turns[i].Equals(others[(i + shift) % others.Length])))
                        return (known, shift);
                }
            }

            if (turns.All(turn => turn.Equals(turns[0])))
                turns = [turns[0]];
        }

        int lanes = schedule.Vector > 1 && load.Places.Contains(places.Lane) ? schedule.Vector : 1;
        var array = new RegisterArray(writer.NewName("c"), load, lanes, turns?.Length ?? count, turns);
        _arrays.Add(array);
        return (array, 0);
    }

    /// <summary>A load that goes through its value in one stride, and is the only one of it, never meets another again.</summary>
    private bool MayRepeat(Expression load, List<Expression> loads)
    {
        if (loads.Count(other => ReferenceEquals(other.Source, load.Source)) > 1)
            return true;
        var first = load.Index.Substitute(symbol => symbol == places.Thread ? 0 : symbol);
        var stride = load.Index.Substitute(symbol => symbol == places.Thread ? 1 : symbol) - first;
        return !load.Index.Equals(first + (stride * places.Thread));
    }

    /// <summary>Where a load goes in each of a thread's turns.</summary>
    private Dim[] TurnsOf(Expression load)
    {
        var thread = pool.Loop("t", schedule.Threads);
        return [.. Enumerable.Range(0, schedule.Iterations).Select(i => load.Index.Substitute(symbol => symbol == places.Thread ? thread + (Dim)(schedule.Threads * i) : symbol))];
    }

    private void Fill(RegisterArray array)
    {
        var load = array.Load;
        var start = array.Length > 1 ? writer.VectorStart(load, places.Lane, array.Length)!.Value : load.Index;
        string read = $"{array.Name}[{(array.Count == 1 ? "0" : "i")}].read({writer.Arguments.Pointer(load.Source!)} + {writer.Place(start)});";
        writer.Line(array.Count == 1 && schedule.Iterations > 1 ? $"if (i == 0) {read}" : read);
    }
}

/// <summary>Registers of each thread.</summary>
/// <param name="Name">The array's name.</param>
/// <param name="Load">What is loaded.</param>
/// <param name="Length">Elements of a vector.</param>
/// <param name="Count">How many vectors, one for each turn, or one for all.</param>
/// <param name="Turns">The place of each vector, where others may be the same.</param>
internal sealed record RegisterArray(string Name, Expression Load, int Length, int Count, Dim[]? Turns);
