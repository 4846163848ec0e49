namespace Evergraph.Passes;

/// <summary>
/// Names modules by the trailing segments of their paths, where <c>*</c> stands for any one segment: <c>self_attn.q_proj</c>,
/// <c>layers.*.mlp.down_proj</c>.
/// </summary>
internal static class ModulePattern
{
    /// <summary>Whether a module's path ends as the pattern says.</summary>
    public static bool Matches(string module, string pattern)
    {
        string[] path = module.Split('.'), segments = pattern.Split('.');
        if (segments.Length > path.Length)
            return false;
        for (int i = 1; i <= segments.Length; i++)
        {
            if (segments[^i] != "*" && segments[^i] != path[^i])
                return false;
        }

        return true;
    }
}
