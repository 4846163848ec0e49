namespace Evergraph.Graph.Views;

/// <summary>What a still picture of a stage shows: of modules that repeat each other the first alone, with how many there are.</summary>
/// <remarks>
/// A node of a module that is left out is stood for by its twin in the first. So what the last layer gives seems to come from the first,
/// which bears "× 28"; what layers give each other is not drawn.
/// </remarks>
internal sealed class Drawing
{
    private readonly ViewStage _stage;
    private readonly int[] _standsFor;
    private readonly DrawnModule[] _modules;
    private readonly ILookup<int, string> _faults;

    private Drawing(ViewStage stage, bool fold)
    {
        _stage = stage;
        _standsFor = [.. Enumerable.Range(0, stage.Nodes.Count)];
        _modules = new DrawnModule[stage.Modules.Count];
        Ids = NameNodes(stage);
        Faults = stage.Faults.Where(fault => fault.Node < 0).Select(fault => fault.Text).ToList();
        NestModules(fold);
        PlaceNodes();
        Edges = ConnectNodes();
        _faults = stage.Faults.Where(fault => fault.Node >= 0).ToLookup(fault => _standsFor[fault.Node], fault => fault.Text);
    }

    /// <summary>The outermost module.</summary>
    public DrawnModule Root => _modules[0];

    /// <summary>The edges that are drawn, in the order of the nodes that read.</summary>
    public IReadOnlyList<DrawnEdge> Edges { get; }

    /// <summary>A name of letters and digits for each node of the stage.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>What is wrong with the graph itself.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Makes a picture of a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="fold">Whether modules that repeat each other are drawn once.</param>
    public static Drawing Of(ViewStage stage, bool fold) => new(stage, fold);

    /// <summary>A node of the stage.</summary>
    public ViewNode this[int node] => _stage.Nodes[node];

    /// <summary>What else is worth showing of a node, line by line.</summary>
    public IReadOnlyList<string> DetailsOf(int index)
    {
        var node = _stage.Nodes[index];
        List<string> lines = node.Kind switch
        {
            ViewNodeKind.Input => [$"{node.Results[0]}{(node.Arguments.Count == 0 ? "" : $" = {node.Arguments[0].Text}")}"],
            ViewNodeKind.Parameter => [$"{node.Results[0]}{(node.Sharding is null ? "" : $", {node.Sharding}")}"],
            ViewNodeKind.Output => [.. node.Arguments.Select(argument => argument.Text)],
            _ => node.Arguments.Count == 0 ? [] : [node.ArgumentText],
        };
        if (node.Branches is { } branches)
            lines.Add($"{branches.Predicate}: overlaps");
        lines.AddRange(node.Variants);
        return lines;
    }

    /// <summary>What is wrong with a node.</summary>
    public IEnumerable<string> FaultsOf(int node) => _faults[node];

    /// <summary>A name of letters and digits for each node of a stage.</summary>
    public static string[] NameNodes(ViewStage stage)
    {
        var ids = new string[stage.Nodes.Count];
        int inputs = 0, parameters = 0, operators = 0, outputs = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = stage.Nodes[i].Kind switch
            {
                ViewNodeKind.Input => $"in{inputs++}",
                ViewNodeKind.Parameter => $"p{parameters++}",
                ViewNodeKind.Output => $"out{outputs++}",
                _ => $"n{operators++}",
            };
        }

        return ids;
    }

    private void NestModules(bool fold)
    {
        var isFilled = new bool[_modules.Length];
        foreach (var node in _stage.Nodes)
        {
            for (int module = node.Module; module > 0 && !isFilled[module]; module = _stage.Modules[module].Parent)
                isFilled[module] = true;
        }

        for (int i = 0; i < _modules.Length; i++)
        {
            var module = _stage.Modules[i];
            var parent = i == 0 ? null : _modules[module.Parent];
            bool isHidden = parent is not null && (parent.IsHidden || (fold && module.Repeats >= 0));
            _modules[i] = new(module, parent, isHidden);
            if (parent is not null && !isHidden && isFilled[i])
                parent.Modules.Add(_modules[i]);
            if (isHidden && !parent!.IsHidden)
                _modules[module.Repeats].Count++;
        }
    }

    private void PlaceNodes()
    {
        var members = new List<int>[_modules.Length];
        for (int i = 0; i < members.Length; i++)
            members[i] = [];
        for (int i = 0; i < _stage.Nodes.Count; i++)
        {
            for (int module = _stage.Nodes[i].Module; module > 0; module = _stage.Modules[module].Parent)
                members[module].Add(i);
        }

        for (int module = 1; module < _modules.Length; module++)
        {
            if (!_modules[module].IsHidden || _modules[module].Parent!.IsHidden)
                continue;
            var first = members[_stage.Modules[module].Repeats];
            for (int i = 0; i < first.Count; i++)
                _standsFor[members[module][i]] = first[i];
        }

        // Inside the first of the layers modules may repeat each other again.
        for (int i = 0; i < _standsFor.Length; i++)
        {
            while (_standsFor[_standsFor[i]] != _standsFor[i])
                _standsFor[i] = _standsFor[_standsFor[i]];
            if (_standsFor[i] == i)
                _modules[_stage.Nodes[i].Module].Nodes.Add(i);
        }
    }

    private List<DrawnEdge> ConnectNodes()
    {
        var edges = new List<DrawnEdge>();
        var drawn = new HashSet<(int, int, int)>();
        for (int reader = 0; reader < _stage.Nodes.Count; reader++)
        {
            foreach (var operand in _stage.Nodes[reader].Operands)
            {
                int from = _standsFor[operand.Node], to = _standsFor[reader];
                bool isOwn = from == operand.Node && to == reader;
                if (!isOwn && (ShareRepeated(from, to) || !drawn.Add((from, operand.Output, to))))
                    continue;
                if (isOwn)
                    drawn.Add((from, operand.Output, to));
                var types = _stage.Nodes[operand.Node].Results;
                edges.Add(new(from, to, operand.Output < types.Count ? types[operand.Output].ToString() : ""));
            }
        }

        return edges;
    }

    private bool ShareRepeated(int a, int b)
    {
        for (var module = _modules[_stage.Nodes[a].Module]; module is not null; module = module.Parent)
        {
            if (module.Count == 1)
                continue;
            for (var other = _modules[_stage.Nodes[b].Module]; other is not null; other = other.Parent)
            {
                if (ReferenceEquals(module, other))
                    return true;
            }
        }

        return false;
    }
}

/// <summary>A module of a picture.</summary>
/// <param name="module">What it shows.</param>
/// <param name="parent">The module that holds it.</param>
/// <param name="isHidden">Whether another one stands for it.</param>
internal sealed class DrawnModule(ViewModule module, DrawnModule? parent, bool isHidden)
{
    public DrawnModule? Parent { get; } = parent;

    public bool IsHidden { get; } = isHidden;

    /// <summary>For how many modules it stands, itself included.</summary>
    public int Count { get; set; } = 1;

    /// <summary>The modules directly inside.</summary>
    public List<DrawnModule> Modules { get; } = [];

    /// <summary>The nodes directly inside.</summary>
    public List<int> Nodes { get; } = [];

    /// <summary>The name, and how many there are.</summary>
    public string Label => Count == 1 ? module.Name : $"{module.Name} × {Count}";
}

/// <summary>An edge of a picture.</summary>
/// <param name="From">The node that gives.</param>
/// <param name="To">The node that reads.</param>
/// <param name="Label">Element type and symbolic sizes.</param>
internal readonly record struct DrawnEdge(int From, int To, string Label);
