namespace Evergraph.CustomOps.Layers;

/// <summary>
/// A part of a model: parameters and further modules, by name. A module is written once and runs eagerly on real tensors,
/// or records a graph under a <see cref="Tracer"/>.
/// </summary>
/// <remarks>
/// Nothing is found by reflection: a module names its children with <see cref="Add{T}"/>, and code that runs in it begins
/// with <c>using var scope = Enter();</c>, so that nodes and parameters carry paths such as
/// <c>model.layers.0.mlp.down_proj</c>.
/// </remarks>
public abstract class Module
{
    private readonly List<Module> _children = [];
    private readonly List<Parameter> _parameters = [];
    private bool _isChild;

    /// <summary>The name in the parent; may have dots, such as <c>layers.0</c>. Empty for a root.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The modules inside, in the order they were added.</summary>
    public IReadOnlyList<Module> Children => _children;

    /// <summary>This module's own parameters, in the order they were added.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>This module and all inside it, parents first, with their paths from here; this module's own is empty.</summary>
    public IEnumerable<(string Path, Module Module)> Walk() => Walk("");

    /// <summary>Begins the code of this module: until the result is disposed, nodes and parameters carry its path.</summary>
    protected Tracer.ModuleScope Enter() => Tracer.Enter(Name);

    /// <summary>Puts a module inside this one.</summary>
    /// <exception cref="EvergraphException">The name is empty or taken, or the module is inside another already.</exception>
    protected T Add<T>(string name, T child)
        where T : Module
    {
        if (name.Length == 0 || _children.Any(other => other.Name == name))
            throw new EvergraphException($"a child of {GetType().Name} needs a name of its own: given '{name}'");
        if (child._isChild)
            throw new EvergraphException($"module '{name}' of {GetType().Name} is a child already, named '{child.Name}': a module has one parent; share its parameters instead");
        (child.Name, child._isChild) = (name, true);
        _children.Add(child);
        return child;
    }

    /// <summary>Gives this module a parameter.</summary>
    /// <exception cref="EvergraphException">The name is taken.</exception>
    protected Parameter Add(Parameter parameter)
    {
        if (_parameters.Any(other => other.Name == parameter.Name))
            throw new EvergraphException($"a parameter of {GetType().Name} needs a name of its own: given '{parameter.Name}'");
        _parameters.Add(parameter);
        return parameter;
    }

    private IEnumerable<(string Path, Module Module)> Walk(string path)
    {
        yield return (path, this);
        foreach (var child in _children)
        {
            foreach (var inner in child.Walk(path.Length == 0 ? child.Name : $"{path}.{child.Name}"))
                yield return inner;
        }
    }
}
