namespace Evergraph.CustomOps;

/// <summary>
/// The process groups in force on this thread. A graph is the same for every rank, so operators do not carry their rank:
/// they ask the group of their name that the thread runs under.
/// </summary>
public static class ProcessGroup
{
    /// <summary>The name of the group over which linear layers are split.</summary>
    public const string TensorParallel = "tp";

    [ThreadStatic]
    private static Entry? t_innermost;

    /// <summary>The group named <see cref="TensorParallel"/>, or null.</summary>
    public static IProcessGroup? Current => Find(TensorParallel);

    /// <summary>Puts a group in force on this thread, under its name, until the result is disposed.</summary>
    public static Scope Use(IProcessGroup group) => new(group);

    /// <summary>The group of a name, or null.</summary>
    public static IProcessGroup? Find(string name)
    {
        for (var entry = t_innermost; entry is not null; entry = entry.Outer)
        {
            if (entry.Group.Name == name)
                return entry.Group;
        }

        return null;
    }

    /// <summary>The group that an operator communicates over.</summary>
    /// <param name="operator">The operator, for the error.</param>
    /// <param name="name">The group's name.</param>
    /// <param name="size">How many ranks the operator was split for.</param>
    /// <exception cref="ProcessGroupException">There is no such group on this thread, or it has another size.</exception>
    public static IProcessGroup Require(string @operator, string name, long size)
    {
        var group = Find(name) ?? throw new ProcessGroupException(
            $"{@operator} communicates over process group '{name}' of {size} ranks, and none is in force on this thread: "
            + "pass a group to Run, or put one in force with ProcessGroup.Use");
        return group.Size == size ? group : throw new ProcessGroupException(
            $"{@operator}: process group '{name}' has the wrong size: expected {size} ranks, as the operator's tp_size, given {group.Size}; "
            + "split the model for as many ranks as it runs on");
    }

    /// <summary>Takes the group out of force when disposed, on the thread that put it in.</summary>
    public readonly ref struct Scope
    {
        private readonly Entry? _outer;

        internal Scope(IProcessGroup group)
        {
            _outer = t_innermost;
            t_innermost = new(group, _outer);
        }

        /// <summary>Takes the group out of force.</summary>
        public void Dispose() => t_innermost = _outer;
    }

    internal sealed record Entry(IProcessGroup Group, Entry? Outer);
}
