global using Evergraph.CustomOps.Kernels;
global using Evergraph.Graph;
global using static Evergraph.Graph.FakeContext;
