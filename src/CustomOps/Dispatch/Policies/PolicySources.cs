namespace Evergraph.CustomOps.Dispatch;

/// <summary>Where policies come from, other than from code.</summary>
public static class PolicySources
{
    /// <summary>
    /// Reads the file that <c>EVERGRAPH_CONFIG</c> names, the environment and the platform's own file: in this order, the
    /// strongest first. Scopes in code go before them, built-in defaults after them.
    /// </summary>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="platformName">The platform, such as <c>cpu</c>; compared without case.</param>
    /// <param name="knownOperators">Full names of the operators that there are, such as <c>aten::add.Tensor</c>.</param>
    /// <exception cref="DispatchPolicyException">A source cannot be read; the message names file and line, or the variable.</exception>
    public static IReadOnlyList<PolicySource> Read(
        IReadOnlyDictionary<string, string> environment, string platformName, IReadOnlyCollection<string> knownOperators)
    {
        var sources = new List<PolicySource>();
        if (PolicyEnvironment.ValueOf(PolicyEnvironment.Config, environment) is { } path)
            sources.Add(PolicyFile.Read(path, new(PolicyEnvironment.Config), knownOperators));
        sources.Add(PolicyEnvironment.Read(environment, knownOperators));
        if (PlatformPolicies.Of(platformName) is { } platform)
            sources.Add(platform);
        return sources;
    }
}
