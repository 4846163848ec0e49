global using Evergraph.CustomOps;
global using Evergraph.Graph;
global using static Evergraph.Graph.FakeContext;
