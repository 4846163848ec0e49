global using Evergraph.CustomOps.Checking;
global using Evergraph.CustomOps.Kernels;
global using Evergraph.Graph;
global using static Evergraph.Graph.FakeContext;

// Not the whole namespace: its Tensor would hide ours.
global using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
