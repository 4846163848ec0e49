using Evergraph.Graph;
using Evergraph.Runtime.Cuda.Lowering;

namespace Evergraph.Runtime.Cuda.Codegen;

/// <summary>A kernel that was generated for some values.</summary>
/// <param name="Name">Its function.</param>
/// <param name="Body">Its source without the prelude.</param>
/// <param name="Pointers">The values whose addresses it takes, in order: operands and results.</param>
/// <param name="Sizes">The sizes that it takes, as int32.</param>
/// <param name="Nodes">The nodes that it reports faults as, whose numbers come after the sizes; where there are any the place for faults comes after the pointers.</param>
/// <param name="Items">How many items there are; nothing is launched for none.</param>
/// <param name="ItemsPerBlock">How many items a block does.</param>
/// <param name="Threads">Threads of a block.</param>
internal sealed record GeneratedKernel(
    string Name, string Body, IReadOnlyList<LoweredValue> Pointers, IReadOnlyList<Dim> Sizes, IReadOnlyList<int> Nodes, Dim Items, int ItemsPerBlock, int Threads);
