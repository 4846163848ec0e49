namespace Evergraph.Graph;

/// <summary>A generated tensor: its symbolic type and, for each rank, its numbers at the sizes drawn.</summary>
public sealed record SampleTensor(TensorType Type, EquatableArray<Tensor> OnRank);
