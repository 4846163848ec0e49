using Evergraph.CustomOps.Dispatch;

namespace Evergraph.CustomOps.Tests.Dispatch;

// What the written assemblies name. Public with public constructors, as plugins are.
public sealed class GoodPlugin : IOperatorPlugin
{
    public string Name => "good";

    public void Register(PluginRegistration registration) => registration.Add("test::plugged", "a", () => new Calls("test::plugged").Make("a"));
}

public sealed class OtherPlugin : IOperatorPlugin
{
    public string Name => "other";

    public void Register(PluginRegistration registration) => registration.Add(new Calls("test::plugged").Make("b"));
}

public sealed class FollowedPlugin : IOperatorPlugin
{
    public string Name => "followed";

    public void Register(PluginRegistration registration) => registration.Add(new Calls("test::plugged").Make("followed") with { Priority = 999 });
}

/// <summary>One of its functions is not in the vendor's library.</summary>
public sealed class HalfPlugin : IOperatorPlugin
{
    public string Name => "half";

    public void Register(PluginRegistration registration)
    {
        registration.Add("test::plugged", "missing", () => throw new EntryPointNotFoundException("half_missing"));
        registration.Add("test::plugged", "there", () => new Calls("test::plugged").Make("there"));
    }
}

public sealed class ThrowingPlugin : IOperatorPlugin
{
    public string Name => "throwing";

    public void Register(PluginRegistration registration)
    {
        registration.Add(new Calls("test::plugged").Vendor("ascend.plugged", "ascend"));
        throw new EntryPointNotFoundException("no such driver");
    }
}

public sealed class UnmadePlugin : IOperatorPlugin
{
    public UnmadePlugin() => throw new InvalidOperationException("no licence");

    public string Name => "unmade";

    public void Register(PluginRegistration registration)
    {
    }
}

/// <summary>Does what the test that is running says; nothing in any other.</summary>
public sealed class ToldPlugin : IOperatorPlugin
{
    private static readonly AsyncLocal<Action<PluginRegistration>?> Told = new();

    public string Name => "told";

    public static void Tell(Action<PluginRegistration> what) => Told.Value = what;

    public void Register(PluginRegistration registration) => Told.Value?.Invoke(registration);
}

public sealed class NoPlugin;
