namespace Evergraph.Graph.Views;

/// <summary>A module as a box that holds nodes and other modules.</summary>
public sealed class ViewModule
{
    // A hostile name with thousands of dots would nest as many boxes.
    private const int MaxDepth = 64;

    private readonly List<ViewNode> _nodes = [];
    private readonly List<ViewModule> _modules = [];
    private readonly Dictionary<string, ViewModule> _byName = new(StringComparer.Ordinal);

    internal ViewModule(string path, string name)
    {
        Path = path;
        Name = name;
    }

    /// <summary>The whole path, such as <c>model.layers.0.mlp</c>.</summary>
    public string Path { get; }

    /// <summary>The path's last segment.</summary>
    public string Name { get; }

    /// <summary>The nodes directly inside.</summary>
    public IReadOnlyList<ViewNode> Nodes => _nodes;

    /// <summary>The modules directly inside, in the order in which they first appear.</summary>
    public IReadOnlyList<ViewModule> Modules => _modules;

    internal void Add(ViewNode node) => _nodes.Add(node);

    internal ViewModule Descend(string path)
    {
        var module = this;
        foreach (string segment in path.Split('.', MaxDepth, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!module._byName.TryGetValue(segment, out var inner))
            {
                inner = new(module.Path.Length == 0 ? segment : $"{module.Path}.{segment}", segment);
                module._byName.Add(segment, inner);
                module._modules.Add(inner);
            }

            module = inner;
        }

        return module;
    }
}
