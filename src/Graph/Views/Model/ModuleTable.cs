namespace Evergraph.Graph.Views;

/// <summary>The modules of a stage, found by path, in the order in which they first appear.</summary>
internal sealed class ModuleTable
{
    // A hostile name with thousands of dots would nest as many boxes.
    private const int MaxDepth = 64;

    private readonly List<ViewModule> _modules = [new("", "", -1, -1)];
    private readonly Dictionary<(int Parent, string Name), int> _children = [];
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal) { [""] = 0 };

    public IReadOnlyList<ViewModule> Modules => _modules;

    /// <summary>The index of a path's module, which is made with its parents where it is new.</summary>
    public int Find(string? path)
    {
        if (_byPath.TryGetValue(path ?? "", out int module))
            return module;
        foreach (string segment in path!.Split('.', MaxDepth, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!_children.TryGetValue((module, segment), out int inner))
            {
                inner = _modules.Count;
                _modules.Add(new(segment, module == 0 ? segment : $"{_modules[module].Path}.{segment}", module, -1));
                _children.Add((module, segment), inner);
            }

            module = inner;
        }

        _byPath.Add(path, module);
        return module;
    }
}
