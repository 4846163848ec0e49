import type { Structure } from "./structure.ts";

export interface Hit { kind: "node" | "module"; index: number; title: string; where: string; rank: number }

/** Nodes and modules of which every word of the query is in the title, the operator's name, the module path or the key; best first. */
export function search(structure: Structure, query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const { nodes, modules } = structure.stage;
  const hits: Hit[] = [];
  modules.forEach((module, i) => {
    if (i === 0 || structure.sizes[i] === 0) return;
    const rank = match(words, module.name, module.path);
    if (rank >= 0) hits.push({ kind: "module", index: i, title: module.name, where: module.path, rank });
  });
  nodes.forEach((node, i) => {
    const path = modules[node.module].path;
    const rank = match(words, node.title, `${path} ${node.key}`);
    if (rank >= 0) hits.push({ kind: "node", index: i, title: node.title, where: path, rank });
  });
  // Array.sort is stable: within a rank modules come first, then nodes in the graph's order.
  return hits.sort((a, b) => a.rank - b.rank);
}

// 0: the title is the query; 1: it has all words; 2: the words are found elsewhere; −1: a word is missing.
function match(words: string[], title: string, elsewhere: string): number {
  const name = title.toLowerCase();
  if (words.length === 1 && (name === words[0] || name.endsWith(`::${words[0]}`))) return 0;
  if (words.every((word) => name.includes(word))) return 1;
  const all = `${name} ${elsewhere.toLowerCase()}`;
  return words.every((word) => all.includes(word)) ? 2 : -1;
}
