int evergraph_placeholder;
