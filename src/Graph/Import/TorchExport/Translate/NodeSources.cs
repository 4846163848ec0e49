using System.Globalization;

namespace Evergraph.Graph.Import.TorchExport;

/// <summary>Where in the model a node comes from. Texts that repeat are one object, and are read once.</summary>
internal sealed class NodeSources
{
    private const string NoModule = "_empty_nn_module_stack";

    private readonly Dictionary<object, string> _modules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, (string File, int Line)> _places = new(ReferenceEqualityComparer.Instance);

    public NodeSource Of(ExportedNode node)
    {
        string module = "";
        if (node.ModuleStack is { } stack && !_modules.TryGetValue(stack, out module!))
            _modules[stack] = module = Module(stack);
        (string File, int Line) place = ("", 0);
        if (node.StackTrace is { } trace && !_places.TryGetValue(trace, out place))
            _places[trace] = place = UserFrame(trace);
        return new(module, place.File, place.Line);
    }

    /// <summary>The path in the last of <c>key,path,type;…</c>.</summary>
    private static string Module(string stack)
    {
        ReadOnlySpan<char> last = stack.AsSpan(stack.LastIndexOf(';') + 1);
        int start = last.IndexOf(',') + 1;
        if (start == 0 || last.StartsWith(NoModule))
            return "";
        ReadOnlySpan<char> path = last[start..];
        int end = path.IndexOf(',');
        if (end >= 0)
            path = path[..end];
        foreach (string prefix in (ReadOnlySpan<string>)["L['self'].", "L__self__."])
            if (path.StartsWith(prefix))
                path = path[prefix.Length..];
        return path.ToString();
    }

    /// <summary>The deepest frame of Python's trace that is not PyTorch's own: <c>File "a/b.py", line 31, in forward</c>.</summary>
    private static (string File, int Line) UserFrame(string trace)
    {
        const string Start = "File \"";
        const string Line = "\", line ";
        for (int at = trace.LastIndexOf(Start, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : trace.LastIndexOf(Start, at - 1, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> frame = trace.AsSpan(at + Start.Length);
            int end = frame.IndexOf(Line);
            if (end < 0 || frame[..end].Contains('\n') || IsTorch(frame[..end]))
                continue;
            ReadOnlySpan<char> digits = frame[(end + Line.Length)..];
            int length = digits.IndexOfAnyExceptInRange('0', '9');
            if (int.TryParse(length < 0 ? digits : digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int line))
                return (Path.GetFileName(frame[..end]).ToString(), line);
        }
        return ("", 0);
    }

    private static bool IsTorch(ReadOnlySpan<char> file) =>
        file.StartsWith("torch/") || file.Contains("-packages/torch/", StringComparison.Ordinal);
}
