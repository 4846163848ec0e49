namespace Evergraph.CustomOps.Dispatch;

/// <summary>The operators of all loaded assemblies, as far as their generated code announced them.</summary>
internal static class KnownOperators
{
    private static readonly Lock Gate = new();
    private static readonly List<Func<IOperatorLibrary>> Libraries = [];
    private static (int Libraries, HashSet<string> Names) s_known = (0, []);

    /// <summary>Their full names.</summary>
    public static IReadOnlyCollection<string> Names
    {
        get
        {
            lock (Gate)
            {
                // Making one may load an assembly that adds another.
                if (s_known.Libraries < Libraries.Count)
                    s_known = (Libraries.Count, Libraries.ToArray().SelectMany(library => library().Operators).Select(definition => definition.Name).ToHashSet(StringComparer.Ordinal));
                return s_known.Names;
            }
        }
    }

    /// <summary>Adds a library, which is made when names are first asked for.</summary>
    public static void Add(Func<IOperatorLibrary> library)
    {
        lock (Gate)
            Libraries.Add(library);
    }
}
