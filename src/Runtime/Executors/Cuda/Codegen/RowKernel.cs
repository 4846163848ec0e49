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
    private readonly KernelArgumentList _arguments = new();
    private readonly KernelWriter _writer;
    private readonly Symbol _row;
    private readonly Symbol _thread;
    private readonly Symbol _lane;
    private readonly Dictionary<Expression, string> _registers = [];

    private RowKernel(KernelGroup group, RowShape shape, RowSchedule schedule)
    {
        _group = group;
        _shape = shape;
        _schedule = schedule;
        _writer = new(group.Pool, _arguments);
        _row = group.Pool.Loop("o", shape.Rows);
        _thread = group.Pool.Loop("q", Dim.CeilDiv(shape.Length, schedule.Vector));
        _lane = group.Pool.Loop("l", schedule.Vector);
    }

    /// <summary>Writes the kernel of a group.</summary>
    public static GeneratedKernel Write(KernelGroup group, RowShape shape)
    {
        int loads = shape.LoadsOf(group), smallest = group.Roots.Min(root => root.Type.DType.Size());
        for (int vector = Math.Min(8, 16 / smallest); vector > 1; vector /= 2)
        {
            if (Dim.Mod(shape.Length, vector).Equals(0) && new RowKernel(group, shape, RowSchedule.For(shape.Length, vector, loads)).TryWrite() is { } kernel)
                return kernel;
        }

        return new RowKernel(group, shape, RowSchedule.For(shape.Length, 1, loads)).TryWrite()!;
    }

    private Dim PlaceInRow => _schedule.Vector == 1 ? _thread : (_thread * (Dim)_schedule.Vector) + _lane;

    private GeneratedKernel? TryWrite()
    {
        var scope = _group.NewScope();
        var results = _group.Roots.Select(root => _shape.ElementOf(scope, root, _row, PlaceInRow)).ToList();
        var reductions = RowShape.ReductionsOf(results, _thread, _lane);
        if (_schedule.Vector > 1 && !FitsVectors(results, reductions))
            return null;

        _writer.Open(isBranch: false, (_row, "o"));
        if (_schedule.Vector > 1)
            _writer.Vector = (_lane, _schedule.Vector);
        WriteStages(reductions);
        WriteResults(results);
        string body = _writer.Close();
        string rows = _arguments.Size(_shape.Rows), name = _group.NameFor(scope);
        return new(name, Source(name, rows, body), _arguments.Pointers, _arguments.CanFault, _arguments.Sizes, _shape.Rows, _schedule.Rows, _schedule.Rows * _schedule.Threads);
    }

    private string Source(string name, string rows, string body)
    {
        var (threads, count) = (_schedule.Threads, _schedule.Rows);
        string head = count == 1
            ? $"const int lane = threadIdx.x, o = blockIdx.x;\n    const bool live = true;"
            : $"const int lane = threadIdx.x % {threads}, row = blockIdx.x * {count} + threadIdx.x / {threads};\n    "
                + $"const bool live = row < {rows};\n    const int o = live ? row : {rows} - 1;";
        return $$"""
            {{_arguments.Declare()}}
            extern "C" __global__ void __launch_bounds__({{threads * count}}) {{name}}(const __grid_constant__ Arguments a) {
                {{head}}
            {{body}}}

            """;
    }

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
        WriteLoop(thread, vector, extent, accumulators.Select(accumulator => accumulator.Body), isRow, () =>
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
            _thread, vector, _shape.Length, whole.Select(i => results[i]), isRow: true,
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
    private void WriteLoop(Symbol thread, int vector, Dim extent, IEnumerable<Expression> bodies, bool isRow, Action write, Action? before = null, Action? after = null)
    {
        int iterations = isRow ? _schedule.Iterations : 0;
        var kept = new HashSet<Expression>();
        if (iterations > 0)
            Keep(bodies, thread, kept);
        string vectors = _writer.Place(Dim.CeilDiv(extent, vector));
        _writer.Open(isBranch: false, (thread, "q"));
        foreach (var load in kept)
            Fill(load, vector);
        before?.Invoke();
        if (vector > 1)
            _writer.Open(isBranch: false, (_lane, "l"));
        var outside = _writer.Cached;
        _writer.Cached = iterations > 0 ? load => _registers.TryGetValue(load, out string? array) ? $"{array}[i][{(vector > 1 && load.Places.Contains(_lane) ? "l" : "0")}]" : null : null;
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

        _writer.Line("#pragma unroll");
        bool isExact = extent.Equals((Dim)(iterations * _schedule.Threads * vector));
        _writer.Block(
            $"for (int i = 0; i < {iterations}; ++i)",
            $"        const int q = lane + {_schedule.Threads} * i;\n{(isExact ? "" : $"        if (q >= {vectors}) continue;\n")}{body}");
    }

    /// <summary>Declares registers for the loads of a loop that have none yet.</summary>
    private void Keep(IEnumerable<Expression> bodies, Symbol thread, HashSet<Expression> kept)
    {
        foreach (var load in bodies.SelectMany(body => body.Parts()).Where(part => part.Kind == ExpressionKind.Load && part.Places.Contains(thread)).Distinct())
        {
            // Within a branch or a loop of its own a load must not be done beforehand.
            if (_registers.ContainsKey(load) || IsGuarded(load, bodies) || !load.Places.All(place => place == _row || place == thread || place == _lane))
                continue;
            string array = _writer.NewName("c");
            bool hasLanes = _schedule.Vector > 1 && load.Places.Contains(_lane);
            _writer.Line($"{CTypes.Of(load.DType)} {array}[{_schedule.Iterations}][{(hasLanes ? _schedule.Vector : 1)}];");
            _registers.Add(load, array);
            kept.Add(load);
        }
    }

    private void Fill(Expression load, int vector)
    {
        string array = _registers[load];
        if (_schedule.Vector > 1 && load.Places.Contains(_lane))
            _writer.Line($"load_vector<{vector}>({array}[i], {_arguments.Pointer(load.Source!)} + {_writer.Place(_writer.VectorStart(load, _lane, vector)!.Value)});");
        else
            _writer.Line($"{array}[i][0] = load({_arguments.Pointer(load.Source!)} + {_writer.Place(load.Index)});");
    }

    private static bool IsGuarded(Expression load, IEnumerable<Expression> bodies) => bodies.SelectMany(body => body.Parts()).Any(part =>
        part.Kind is ExpressionKind.Select && part.Operands[1..].Any(branch => branch.Parts().Contains(load)));

    private bool FitsVectors(List<Expression> results, List<Expression> reductions)
    {
        var bodies = reductions.Where(reduction => reduction.Index.Equals(_shape.Length))
            .Select(reduction => _group.Pool.Substitute(reduction.Operands[0], symbol => symbol == reduction.Over ? PlaceInRow : symbol, []));
        return bodies.Concat(results).SelectMany(body => body.Parts()).All(part => part.Kind switch
        {
            ExpressionKind.Load => !part.Places.Contains(_lane) || _writer.VectorStart(part, _lane, _schedule.Vector) is not null,
            ExpressionKind.Select => !part.Places.Contains(_lane),
            ExpressionKind.Reduce => reductions.Contains(part) || !part.Places.Contains(_lane),
            _ => true,
        });
    }
}
