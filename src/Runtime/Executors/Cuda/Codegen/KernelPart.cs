using Evergraph.Graph;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>What some blocks of a kernel do. Its code reads the kernel's arguments as <c>a</c>, and which of its blocks it is as <c>block</c>.</summary>
/// <param name="Name">A name that says what it does.</param>
/// <param name="Code">Its statements.</param>
/// <param name="Items">How many items there are.</param>
/// <param name="ItemsPerBlock">How many items a block does.</param>
/// <param name="Threads">Threads of a block.</param>
internal sealed record KernelPart(string Name, string Code, Dim Items, int ItemsPerBlock, int Threads)
{
    /// <summary>How many blocks it takes.</summary>
    public Dim Blocks => Dim.CeilDiv(Items, ItemsPerBlock);
}
