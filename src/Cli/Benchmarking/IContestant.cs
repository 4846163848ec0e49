using Evergraph.Graph;
using Evergraph.Runtime;

namespace Evergraph.Cli.Benchmarking;

/// <summary>Something that runs a model and whose time is taken.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>What tables call it.</summary>
    string Name { get; }

    /// <summary>Prepares inputs of one size; not timed.</summary>
    void Prepare(Tensor[] inputs);

    /// <summary>Runs the model on what was prepared; timed.</summary>
    void Run();

    /// <summary>Runs it once more and returns its first result.</summary>
    Tensor FirstResult();

    /// <summary>How long each step of a run took, or null where that is not known.</summary>
    RunProfile? Profile() => null;
}
