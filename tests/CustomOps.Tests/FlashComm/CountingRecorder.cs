namespace Evergraph.CustomOps.Tests;

/// <summary>Remembers the branches that operators took on this thread while it is in force.</summary>
internal sealed class CountingRecorder : BranchRecorder, IDisposable
{
    private readonly BranchRecorder? _outer;

    public CountingRecorder() => _outer = Exchange(this);

    public List<bool> Branches { get; } = [];

    public override void Record(bool overlapped) => Branches.Add(overlapped);

    public void Dispose() => Exchange(_outer);
}
