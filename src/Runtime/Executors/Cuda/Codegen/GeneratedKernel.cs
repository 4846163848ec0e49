using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>A kernel that was generated for some values.</summary>
/// <param name="Name">Its function.</param>
/// <param name="Body">Its source without the prelude.</param>
/// <param name="Pointers">The values whose addresses it takes, in order: operands and results.</param>
/// <param name="CanFault">Whether the place for faults comes after the pointers, and the node's number after the sizes.</param>
/// <param name="Sizes">The sizes that it takes, as int32.</param>
/// <param name="Items">How many items there are; nothing is launched for none.</param>
/// <param name="ItemsPerBlock">How many items a block does.</param>
/// <param name="Threads">Threads of a block.</param>
internal sealed record GeneratedKernel(
    string Name, string Body, IReadOnlyList<LoweredValue> Pointers, bool CanFault, IReadOnlyList<Dim> Sizes, Dim Items, int ItemsPerBlock, int Threads);
