using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>
/// Writes kernels in which threads share rows: they combine a row's elements to numbers, such as a sum of squares, and then compute the row
/// from them. What a row loads stays in registers from one loop to the next where it is short enough.
/// </summary>
internal sealed class RowKernel
{
    private readonly KernelGroup _group;
    private readonly RowShape _shape;
    private readonly RowSchedule _schedule;
    private readonly KernelArgumentList _arguments;
    private readonly KernelWriter _writer;
    private readonly Symbol _row;
    private readonly Symbol _thread;
    private readonly Symbol _lane;
    private readonly RowRegisters _registers;

    private RowKernel(KernelGroup group, RowShape shape, RowSchedule schedule, KernelArgumentList arguments)
    {
        _arguments = arguments;
        _group = group;
        _shape = shape;
        _schedule = schedule;
        _writer = new(group.Pool, _arguments);
        _row = group.Pool.Loop("o", shape.Rows);
        _thread = group.Pool.Loop("q", Dim.CeilDiv(shape.Length, schedule.Vector));
        _lane = group.Pool.Loop("l", schedule.Vector);
        _registers = new(_writer, group.Pool, schedule, shape.Length, (_row, _thread, _lane));
    }

    /// <summary>Writes what computes a group.</summary>
    public static KernelPart Write(KernelGroup group, RowShape shape, KernelArgumentList arguments)
    {
        int loads = shape.LoadsOf(group), smallest = group.Roots.Min(root => root.Type.DType.Size());
        for (int vector = Math.Min(8, 16 / smallest); vector > 1; vector /= 2)
        {
            if (Dim.Mod(shape.Length, vector).Equals(0) && new RowKernel(group, shape, RowSchedule.For(shape.Length, vector, loads), arguments).TryWrite() is { } kernel)
                return kernel;
        }

        return new RowKernel(group, shape, RowSchedule.For(shape.Length, 1, loads), arguments).TryWrite()!;
    }

    private Dim PlaceInRow => _schedule.Vector == 1 ? _thread : (_thread * (Dim)_schedule.Vector) + _lane;

    private KernelPart? TryWrite()
    {
        var scope = _group.NewScope();
        var results = _group.Roots.Select(root => _shape.ElementOf(scope, root, _row, PlaceInRow)).ToList();
        var reductions = RowShape.ReductionsOf(results, _thread, _lane);
        if (_schedule.Vector > 1 && !FitsVectors(results, reductions))
            return null;

        _writer.Open(isBranch: false, (_row, "o"));
        if (_schedule.Vector > 1)
            _writer.Vector = (_lane, _schedule.Vector);
        _registers.Load(reductions.Where(IsAlongRow).Select(BodyOf).Concat(results.Where((_, i) => _shape.IsWhole(_group.Roots[i]))));
        WriteStages(reductions);
        WriteResults(results);
        string body = _writer.Close();
        return new(_group.NameFor(scope), Head() + body, _shape.Rows, _schedule.Rows, _schedule.Rows * _schedule.Threads);
    }

    private string Head()
    {
        var (threads, count) = (_schedule.Threads, _schedule.Rows);
        if (count == 1)
            return "    const int lane = threadIdx.x, o = block;\n    const bool live = true;\n";
        string rows = _arguments.Size(_shape.Rows);
        return $"    const int lane = threadIdx.x % {threads}, row = block * {count} + threadIdx.x / {threads};\n"
            + $"    const bool live = row < {rows};\n    const int o = live ? row : {rows} - 1;\n";
    }

    private bool IsAlongRow(Expression reduction) => reduction.Index.Equals(_shape.Length);

    /// <summary>What a reduction along the row combines, at a thread's place.</summary>
    private Expression BodyOf(Expression reduction) =>
        _group.Pool.Substitute(reduction.Operands[0], symbol => symbol == reduction.Over ? PlaceInRow : symbol, []);

    /// <summary>
    /// Writes the reductions, those first that others need. The ones that can be computed in one pass over the row share it.
    /// </summary>
    private void WriteStages(List<Expression> reductions)
    {
        var done = new HashSet<Expression>();
        while (done.Count < reductions.Count)
        {
            var ready = reductions.Where(reduction => !done.Contains(reduction)
                && reduction.Operands[0].Parts().Where(reductions.Contains).All(done.Contains)).ToList();
            var extent = ready[0].Index;
            var stage = ready.Where(reduction => reduction.Index.Equals(extent)).ToList();
            WriteStage(stage, extent);
            done.UnionWith(stage);
        }
    }

    private void WriteStage(List<Expression> stage, Dim extent)
    {
        // A loop of another length than the row's, or one that vectors do not divide, goes element by element.
        bool isRow = extent.Equals(_shape.Length);
        int vector = isRow ? _schedule.Vector : 1;
        Symbol thread = isRow ? _thread : _group.Pool.Loop("q", extent);
        Dim place = vector == 1 ? thread : (thread * (Dim)vector) + _lane;
        var accumulators = new List<(Expression Reduction, string Name, Expression Body)>();
        foreach (var reduction in stage)
        {
            string type = reduction.Reduction.TypeName(reduction.Operands[0].DType), name = _writer.NewName("sum");
            _writer.Line($"{type}::Value {name} = {type}::identity();");
            var body = _group.Pool.Substitute(reduction.Operands[0], symbol => symbol == reduction.Over ? place : symbol, []);
            accumulators.Add((reduction, name, body));
        }

        var vectorOutside = _writer.Vector;
        _writer.Vector = vector > 1 ? (_lane, vector) : null;
        WriteLoop(thread, vector, extent, isRow, () =>
        {
            foreach (var (reduction, name, body) in accumulators)
            {
                string type = reduction.Reduction.TypeName(reduction.Operands[0].DType), value = _writer.Emit(body);
                string at = vector == 1 ? "q" : $"{vector} * q + l";
                _writer.Line($"{name} = {type}::combine({name}, {KernelWriter.Term(reduction, value, at)});");
            }
        });
        _writer.Vector = vectorOutside;
        foreach (var (reduction, name, _) in accumulators)
        {
            string type = reduction.Reduction.TypeName(reduction.Operands[0].DType);
            string result = _writer.NewName("t");
            _writer.Line($"const {CTypes.Of(reduction.DType)} {result} = {KernelWriter.Result(reduction, $"combine_threads<{type}, {_schedule.Threads}>({name})")};");
            _writer.Name(reduction, result);
        }
    }

    private void WriteResults(List<Expression> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            if (_shape.IsWhole(_group.Roots[i]))
                continue;
            string value = _writer.Emit(results[i]);
            _writer.Line($"if (live && lane == 0) store({_arguments.Written(_group.Roots[i])} + o, {value});");
        }

        var whole = Enumerable.Range(0, results.Count).Where(i => _shape.IsWhole(_group.Roots[i])).ToList();
        if (whole.Count == 0)
            return;
        int vector = _schedule.Vector;
        var arrays = whole.Select(_ => _writer.NewName("y")).ToList();
        string start = vector == 1 ? "q" : $"{vector} * q", length = _writer.Place(_shape.Length);
        WriteLoop(
            _thread, vector, _shape.Length, isRow: true,
            () =>
            {
                for (int i = 0; i < whole.Count; i++)
                    _writer.Line($"{arrays[i]}[{(vector == 1 ? "0" : "l")}] = {_writer.Emit(results[whole[i]])};");
            },
            before: () =>
            {
                for (int i = 0; i < whole.Count; i++)
                    _writer.Line($"{CTypes.Of(results[whole[i]].DType)} {arrays[i]}[{vector}];");
            },
            after: () =>
            {
                for (int i = 0; i < whole.Count; i++)
                    _writer.Line($"if (live) store_vector<{vector}>({_arguments.Written(_group.Roots[whole[i]])} + o * {length} + {start}, {arrays[i]});");
            });
    }

    /// <summary>A loop of a row's threads over its vectors, and of each thread over a vector's lanes.</summary>
    private void WriteLoop(Symbol thread, int vector, Dim extent, bool isRow, Action write, Action? before = null, Action? after = null)
    {
        int iterations = isRow ? _schedule.Iterations : 0;
        string vectors = _writer.Place(Dim.CeilDiv(extent, vector));
        _writer.Open(isBranch: false, (thread, "q"));
        before?.Invoke();
        if (vector > 1)
            _writer.Open(isBranch: false, (_lane, "l"));
        var outside = _writer.Cached;
        _writer.Cached = iterations > 0 ? _registers.TextOf : null;
        write();
        _writer.Cached = outside;
        if (vector > 1)
        {
            string lanes = _writer.Close();
            _writer.Line("#pragma unroll");
            _writer.Block($"for (int l = 0; l < {vector}; ++l)", lanes);
        }

        after?.Invoke();
        string body = _writer.Close();
        if (iterations == 0)
        {
            _writer.Block($"for (int q = lane; q < {vectors}; q += {_schedule.Threads})", body);
            return;
        }

        _registers.Loop(body);
    }

    private bool FitsVectors(List<Expression> results, List<Expression> reductions)
    {
        return reductions.Where(IsAlongRow).Select(BodyOf).Concat(results).SelectMany(body => body.Parts()).All(part => part.Kind switch
        {
            ExpressionKind.Load => !part.Places.Contains(_lane) || _writer.VectorStart(part, _lane, _schedule.Vector) is not null,
            ExpressionKind.Select => !part.Places.Contains(_lane),
            ExpressionKind.Reduce => reductions.Contains(part) || !part.Places.Contains(_lane),
            _ => true,
        });
    }
}
