import { unpack, type PackedDocument } from "./packed.ts";

/** What the page shows, with the nodes of every stage written out. Sizes and types are interned: nodes refer to them by index. */
export interface ViewDocument {
  format: string;
  title: string;
  symbols: SymbolInfo[];
  exprs: { text: string; tree: Expr }[];
  types: TypeInfo[];
  operators: OperatorInfo[];
  /** [0] as imported, then one for each pass that changed the graph; the last is what is compiled. */
  stages: Stage[];
  /** Timings of runs of the last stage. */
  runs?: RunOverlay[] | null;
}

/** @property max null where nothing bounds it. */
export interface SymbolInfo { name: string; min: number; max: number | null; declared: string }

/** A number, a symbol's name, or an operation. */
export type Expr = number | string | Operation;

export interface Operation extends Array<number | string | Operation> { 0: "+" | "*" | "//" | "%" | "min" | "max" }

/** @property shape indices into exprs. @property bits the size of one element. */
export interface TypeInfo { dtype: string; bits: number; shape: number[]; text: string }

export interface OperatorInfo {
  name: string;
  schema: string;
  traits: string[];
  /** Where the fake is found, or "". */
  fake: string;
  implementations: { id: string; backend: string; available: boolean; chosen: boolean; reason: string }[];
}

export interface Stage {
  name: string;
  detail: string;
  /** [0] is the root; parents come before children. */
  modules: ModuleInfo[];
  nodes: NodeInfo[];
  /** What the verifier says; node −1 is the graph itself. */
  faults: { node: number; text: string }[];
}

/** @property repeats the index of the earlier sibling with the same structure but for what the variants of its nodes say, or −1. */
export interface ModuleInfo { name: string; path: string; parent: number; repeats: number }

export type NodeKind = "input" | "parameter" | "operator" | "collective" | "maybe" | "output";

export interface NodeInfo {
  /** The same node in two stages has the same key. */
  key: string;
  kind: NodeKind;
  title: string;
  module: number;
  op: number;
  args: [name: string, text: string][];
  inputs: { node: number; output: number; name: string }[];
  /** Indices into types. */
  outputs: number[];
  source: string;
  sharding?: string | null;
  /** Index into exprs: multiplications and additions of one run. */
  operations?: number | null;
  /** Bytes of a parameter. */
  stored?: number | null;
  /** Which backend or implementation runs it. */
  placed?: string | null;
  maybe?: MaybeInfo | null;
  /** What it is in the layers that are folded with its own, where that is something else. */
  variants?: string[] | null;
}

/** A node that decides at run time: it takes the fused branch where enabled && ranks > 1 && size > threshold. */
export interface MaybeInfo {
  predicate: string;
  size: number;
  threshold: number;
  enabled: boolean;
  ranks: number;
  fused: string[];
  plain: string[];
}

export interface RunOverlay {
  name: string;
  symbols: Record<string, number>;
  steps: RunStep[];
  peakBytes?: number | null;
}

/** @property start @property duration in microseconds. */
export interface RunStep { node: number; name: string; start: number; duration: number; bytes: number; operations: number }

export const format = "evergraph-view/1";

/** Why a document cannot be shown, in words for whoever looks at the page. */
export class DocumentError extends Error {}

/** Reads the document's text. What is not a document of this format is refused with what was expected, what was found, and what to do. */
export function readDocument(text: string): ViewDocument {
  if (text.trim() === "")
    throw new DocumentError("This page has no graph in it: expected a document in the element #graph, found nothing. Write a page with 'evergraph view MODEL -o page.html'.");
  let packed: PackedDocument;
  try {
    packed = JSON.parse(text) as PackedDocument;
  } catch (error) {
    throw new DocumentError(`The graph in this page cannot be read: expected JSON, found ${text.length} characters that are not (${(error as Error).message}). The file may have been cut off; write the page again.`);
  }

  if (packed?.format !== format)
    throw new DocumentError(`The graph in this page is of another format: expected ${format}, found ${JSON.stringify(packed?.format ?? null)}. Write the page again with the version of evergraph whose page this is.`);
  if (!Array.isArray(packed.stages) || packed.stages.length === 0)
    throw new DocumentError("The document has no stage to show: expected at least the imported graph, found none. Write the page again.");
  const document = unpack(packed);
  document.stages.forEach(checkStage);
  return document;
}

// Indices are followed without looking from here on, so one that points nowhere is said once, at the start.
function checkStage(stage: Stage): void {
  const inside = (index: number, count: number, what: string, at: string): void => {
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new DocumentError(`The document is damaged: ${at} of stage '${stage.name}' refers to ${what} ${index}: expected 0 to ${count - 1}. Write the page again.`);
  };
  stage.modules.forEach((module, i) => {
    if (i > 0) inside(module.parent, i, "module", `module ${i}`);
  });
  stage.nodes.forEach((node, i) => {
    inside(node.module, stage.modules.length, "module", `node ${i}`);
    for (const input of node.inputs) inside(input.node, stage.nodes.length, "node", `node ${i}`);
  });
}
