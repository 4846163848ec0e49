namespace Evergraph.Graph.Views;

/// <summary>The modules of a stage, found by path, in the order in which they first appear.</summary>
internal sealed class ModuleTable
{
    // A hostile name with thousands of dots would nest as many boxes.
    private const int MaxDepth = 64;

    private readonly List<ViewModule> _modules = [new("", "", -1, -1)];

    // By the paths that modules have, and by those that were asked for: a path with empty names in it is another way to say one without.
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal) { [""] = 0 };

    public IReadOnlyList<ViewModule> Modules => _modules;

    /// <summary>The index of a path's module, which is made with its parents where it is new.</summary>
    public int Find(string? path)
    {
        if (_byPath.TryGetValue(path ?? "", out int module))
            return module;
        foreach (string segment in path!.Split('.', MaxDepth, StringSplitOptions.RemoveEmptyEntries))
        {
            string inner = module == 0 ? segment : $"{_modules[module].Path}.{segment}";
            if (!_byPath.TryGetValue(inner, out int found))
            {
                _byPath.Add(inner, found = _modules.Count);
                _modules.Add(new(segment, inner, module, -1));
            }

            module = found;
        }

        _byPath[path] = module;
        return module;
    }
}
