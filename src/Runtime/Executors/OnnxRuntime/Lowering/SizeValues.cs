using Evergraph.Graph;
using Evergraph.Runtime.OnnxRuntime.Model;

namespace Evergraph.Runtime.OnnxRuntime.Lowering;

/// <summary>
/// Sizes as values of the ONNX graph, int64[1]: a symbol is the size of an input, an expression is computed from symbols. Equal expressions
/// are computed once.
/// </summary>
internal sealed class SizeValues(LoweringScope scope) : IDimAlgebra<string>
{
    private readonly Dictionary<Dim, string> _known = [];
    private readonly Dictionary<Symbol, Func<string>> _sources = [];

    /// <summary>Says where a symbol's value is found, if that was not said before.</summary>
    public void Define(Symbol symbol, Func<string> value) => _sources.TryAdd(symbol, value);

    /// <summary>A size as int64[1].</summary>
    public string One(Dim size)
    {
        if (!_known.TryGetValue(size, out string? name))
            _known[size] = name = size.Fold(this);
        return name;
    }

    /// <summary>Sizes as int64[n].</summary>
    public string Many(ReadOnlySpan<Dim> sizes)
    {
        if (sizes.Length == 1 && !sizes[0].IsConstant)
            return One(sizes[0]);
        var parts = new List<string>();
        var run = new List<long>();
        foreach (var size in sizes)
        {
            if (size.TryGetConstant(out long constant))
            {
                run.Add(constant);
                continue;
            }

            Flush(parts, run);
            parts.Add(One(size));
        }

        Flush(parts, run);
        return parts.Count switch
        {
            0 => scope.Onnx.Constant(Tensor.From(Array.Empty<long>(), 0)),
            1 => parts[0],
            _ => Emit("Concat", [.. parts], Attributes.Int("axis", 0)),
        };
    }

    /// <summary>
    /// What Reshape takes as its second input. One size may be left to it (−1) and those that stay in place may be copied (0), so that most
    /// reshapes need no arithmetic; where a size can be 0 neither is clear, and all are computed.
    /// </summary>
    /// <param name="from">The sizes that are there.</param>
    /// <param name="to">The sizes that shall be.</param>
    /// <param name="zeroIsZero">Whether a 0 means no elements; otherwise the size that is there.</param>
    public string ForReshape(Shape from, Shape to, out bool zeroIsZero)
    {
        var sizes = to.ToArray();
        bool mayBeEmpty = zeroIsZero = to.Any(size => size.Range.Min < 1);
        int left = -1;
        for (int i = 0; i < sizes.Length && !mayBeEmpty; i++)
        {
            if (sizes[i].IsConstant)
                continue;
            if (i < from.Rank && sizes[i].Equals(from[i]))
                sizes[i] = 0;
            else if (left < 0)
                sizes[left = i] = -1;
        }

        return Many(sizes);
    }

    /// <inheritdoc/>
    public string Constant(long value) => scope.Onnx.Constant(Tensor.From([value], 1));

    /// <inheritdoc/>
    public string Symbol(Symbol symbol) => _known.TryGetValue(symbol, out string? name) ? name : _known[symbol] = _sources[symbol]();

    /// <inheritdoc/>
    public string Add(string left, string right) => Emit("Add", [left, right]);

    /// <inheritdoc/>
    public string Multiply(string left, string right) => Emit("Mul", [left, right]);

    /// <inheritdoc/>
    public string Minimum(string left, string right) => Emit("Min", [left, right]);

    /// <inheritdoc/>
    public string Maximum(string left, string right) => Emit("Max", [left, right]);

    /// <summary>ONNX divides integers towards zero; its Mod has the sign of the divisor: ⌊a / b⌋ = (a − a mod b) / b.</summary>
    public string FloorDivide(string left, string right, bool truncates) =>
        Emit("Div", [truncates ? left : Emit("Sub", [left, Emit("Mod", [left, right])]), right]);

    private void Flush(List<string> parts, List<long> run)
    {
        if (run.Count > 0)
            parts.Add(scope.Onnx.Constant(Tensor.From(run.ToArray(), run.Count)));
        run.Clear();
    }

    private string Emit(string operatorName, ReadOnlySpan<string> inputs, params ReadOnlySpan<Format.AttributeProto> attributes) =>
        scope.Emit(operatorName, "", 1, inputs, attributes, "sizes")[0];
}
