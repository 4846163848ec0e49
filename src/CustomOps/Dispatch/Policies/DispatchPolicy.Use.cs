namespace Evergraph.CustomOps.Dispatch;

public sealed partial record DispatchPolicy
{
    /// <summary>
    /// Puts a policy in force for the calls made here, and wherever asynchronous work and threads started here flow, until the
    /// result is disposed. It is stronger than every file and variable; what it leaves open, an outer scope or they say.
    /// </summary>
    /// <exception cref="DispatchFrozenException">Dispatch is frozen.</exception>
    public static IDisposable Use(DispatchPolicy policy)
    {
        if (Dispatcher.Default.Frozen is not null)
            throw new DispatchFrozenException("DispatchPolicy.Use");
        return PolicyScope.Enter(policy);
    }
}
