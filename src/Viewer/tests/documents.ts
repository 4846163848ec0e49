import { format, type ModuleInfo, type NodeInfo, type Stage, type ViewDocument } from "../model/document.ts";
import { random } from "./random.ts";

/** A node with what a test does not care about filled in. */
export const node = (key: string, more: Partial<NodeInfo> = {}): NodeInfo => ({ key, kind: "operator", title: `aten::${key}`, module: 0, op: 0, args: [], inputs: [], outputs: [0], source: "", ...more });

export const from = (...sources: number[]): NodeInfo["inputs"] => sources.map((source) => ({ node: source, output: 0, name: "self" }));

export const root: ModuleInfo = { name: "", path: "", parent: -1, repeats: -1 };

export const stage = (nodes: NodeInfo[], modules: ModuleInfo[] = [root], name = "imported"): Stage => ({ name, detail: "", modules, nodes, faults: [] });

/** A document over the symbol s0 (1 to 8192): types are [s0, 64], [(s0 + 1) // 2, 64] and [64], of float32. */
export const documentOf = (...stages: Stage[]): ViewDocument => ({
  format,
  title: "test.pt2",
  symbols: [{ name: "s0", min: 1, max: 8192, declared: "input tokens, axis 0" }],
  exprs: [{ text: "s0", tree: "s0" }, { text: "64", tree: 64 }, { text: "(s0 + 1) // 2", tree: ["//", ["+", "s0", 1], 2] }, { text: "128*s0", tree: ["*", 128, "s0"] }],
  types: [
    { dtype: "float32", bits: 32, shape: [0, 1], text: "float32[s0, 64]" },
    { dtype: "float32", bits: 32, shape: [2, 1], text: "float32[(s0 + 1) // 2, 64]" },
    { dtype: "float32", bits: 32, shape: [1], text: "float32[64]" },
  ],
  operators: [{ name: "aten::mul.Tensor", schema: "aten::mul.Tensor(Tensor self, Tensor other) -> Tensor", traits: ["Pure", "Elementwise"], fake: "Evergraph.CustomOps.Aten.MulTensor.Fake", implementations: [{ id: "reference", backend: "cpu", available: true, chosen: false, reason: "priority 50" }, { id: "vectorized", backend: "cpu", available: true, chosen: true, reason: "priority 100" }] }],
  stages,
});

/** A random graph without circles; with layers, its nodes are in as many modules. */
export function randomStage(seed: number, count: number, layers = 0): Stage {
  const next = random(seed);
  const modules: ModuleInfo[] = [root];
  for (let i = 0; i < layers; i++) modules.push({ name: `block${i}`, path: `block${i}`, parent: 0, repeats: -1 });
  const nodes = [node("x", { kind: "input", title: "x", op: -1 })];
  for (let i = 1; i < count; i++) {
    const sources = [Math.max(0, i - 1 - Math.floor(next() * 6))];
    if (next() < 0.5) sources.push(Math.max(0, i - 1 - Math.floor(next() * next() * 200)));
    const title = ["aten::mul.Tensor", "aten::add.Tensor", "aten::linear", "aten::view"][Math.floor(next() * 4)];
    nodes.push(node(`n${i}`, { title, module: layers === 0 ? 0 : 1 + Math.floor(((i - 1) * layers) / count), inputs: from(...new Set(sources)), outputs: [Math.floor(next() * 3)], operations: 3 }));
  }
  return stage(nodes, modules);
}

/** input → embed → layers.0 … layers.n−1, each with a norm and a mlp of two → head → output; positions are read by every layer. */
export function layeredStage(layers: number): Stage {
  const modules: ModuleInfo[] = [root, { name: "model", path: "model", parent: 0, repeats: -1 }, { name: "layers", path: "model.layers", parent: 1, repeats: -1 }];
  const nodes = [node("tokens", { kind: "input", title: "tokens", op: -1 }), node("embed", { module: 1, inputs: from(0) }), node("positions", { module: 1 })];
  let last = 1;
  for (let i = 0; i < layers; i++) {
    const layer = modules.push({ name: String(i), path: `model.layers.${i}`, parent: 2, repeats: i === 0 ? -1 : 3 }) - 1;
    const mlp = modules.push({ name: "mlp", path: `model.layers.${i}.mlp`, parent: layer, repeats: -1 }) - 1;
    const weight = nodes.push(node(`weight${i}`, { kind: "parameter", title: `model.layers.${i}.weight`, op: -1, module: layer, outputs: [2], stored: 256 })) - 1;
    const norm = nodes.push(node(`norm${i}`, { title: "aten::rms_norm", module: layer, inputs: from(last, weight, 2) })) - 1;
    const up = nodes.push(node(`up${i}`, { title: "aten::linear", module: mlp, inputs: from(norm), operations: 3 })) - 1;
    last = nodes.push(node(`down${i}`, { title: "aten::linear", module: mlp, inputs: from(up, norm), operations: 3 })) - 1;
  }
  nodes.push(node("head", { title: "aten::linear", module: 1, inputs: from(last) }));
  nodes.push(node("logits", { kind: "output", title: "logits", op: -1, inputs: from(nodes.length - 1), outputs: [] }));
  return stage(nodes, modules);
}

/** A maybe-node that takes the fused branch above 1000 tokens. */
export const maybe = (key: string, more: Partial<NodeInfo> = {}): NodeInfo =>
  node(key, { kind: "maybe", title: "evergraph::row_linear_maybe_flashcomm", outputs: [1], operations: 3, maybe: { predicate: "enabled && 2 > 1 && s0 > 1000", size: 0, threshold: 1000, enabled: true, ranks: 2, fused: ["send the rows", "multiply as they arrive"], plain: ["multiply all rows", "reduce-scatter"] }, ...more });
