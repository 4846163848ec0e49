namespace Evergraph.CustomOps.Checking;

/// <summary>
/// Hands out memory full of one byte, so that elements which a kernel forgets to write differ between two runs with
/// different bytes.
/// </summary>
internal sealed class PoisonAllocator(byte poison) : TensorAllocator
{
    public override Storage Allocate(long bytes)
    {
        var storage = Storage.Allocate(bytes);
        storage.Write(0, (int)bytes).Fill(poison);
        return storage;
    }

    /// <summary>Runs with this allocator in force on this thread.</summary>
    public T Run<T>(Func<T> function)
    {
        var previous = Exchange(this);
        try
        {
            return function();
        }
        finally
        {
            Exchange(previous);
        }
    }
}
