using System.Security.Cryptography;
using System.Text;

namespace Evergraph.CustomOps.Dispatch;

/// <summary>
/// Dispatch whose choices stand: nothing may change them until this is disposed. <see cref="Hash"/> tells two sets of
/// choices apart, for the keys of caches. Plugins of assemblies that are loaded meanwhile wait until then.
/// </summary>
public sealed class FrozenDispatch : IDisposable
{
    private readonly Dispatcher _dispatcher;
    private readonly EffectivePolicy _policy;
    private readonly string _platform;

    internal FrozenDispatch(Dispatcher dispatcher, EffectivePolicy policy, string platform, IReadOnlyList<Resolution> choices, string hash)
    {
        _dispatcher = dispatcher;
        _policy = policy;
        _platform = platform;
        Choices = choices;
        Hash = hash;
    }

    /// <summary>For each operator what was decided, for tensors of every type.</summary>
    public IReadOnlyList<Resolution> Choices { get; }

    /// <summary>SHA-256 in hexadecimal over operators, their implementations in order, and the element types of each.</summary>
    public string Hash { get; }

    /// <summary>Lets choices change again.</summary>
    public void Dispose() => _dispatcher.Thaw(this);

    internal static string HashOf(IEnumerable<Resolution> choices)
    {
        var text = new StringBuilder();
        foreach (var choice in choices.OrderBy(choice => choice.Operator.Name, StringComparer.Ordinal))
        {
            text.Append(choice.Operator.Name).Append(choice.Policy.Strict ? '!' : '=');
            foreach (var implementation in choice.Usable)
                text.Append(implementation.Id.ToLowerInvariant()).Append('(').Append(implementation.DTypes).Append(")|");
            text.Append('\n');
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>A scope may have been in force when freezing, and none now, or the other way round.</summary>
    internal void RequireSamePolicy(EffectivePolicy policy, string platform)
    {
        if (ImplementationRegistry.SameName(platform, _platform) && !policy.Equals(_policy))
            throw new DispatchFrozenException("calling under another policy than the one in force at Freeze");
    }
}
