import { DocumentError, type ModuleInfo, type NodeInfo, type Stage, type ViewDocument } from "./document.ts";

/** The document as it is written: stages share the nodes that passes leave alone. */
export interface PackedDocument extends Omit<ViewDocument, "stages"> {
  nodes: PackedNode[];
  stages: PackedStage[];
}

/** A node apart from where it is and what it reads. @property names the schema's arguments that its operands are. */
export type PackedNode = Omit<NodeInfo, "module" | "inputs"> & { names: string[] };

/** @property nodes for each node its index, its module, then node and output of each operand. */
export interface PackedStage extends Omit<Stage, "nodes"> {
  modules: ModuleInfo[];
  nodes: number[][];
}

/** Writes out the nodes of every stage. */
export function unpack(packed: PackedDocument): ViewDocument {
  const { nodes, stages, ...rest } = packed;
  return { ...rest, stages: stages.map((stage) => ({ ...stage, nodes: stage.nodes.map((entry, i) => unpackNode(nodes, entry, `node ${i} of stage '${stage.name}'`)) })) };
}

function unpackNode(nodes: PackedNode[], entry: number[], at: string): NodeInfo {
  const packed = nodes[entry[0]];
  if (packed === undefined)
    throw new DocumentError(`The document is damaged: ${at} is written as node ${entry[0]}: expected 0 to ${nodes.length - 1}. Write the page again.`);
  if (entry.length !== 2 + 2 * packed.names.length)
    throw new DocumentError(`The document is damaged: ${at} has ${packed.names.length} operands: expected ${2 + 2 * packed.names.length} numbers, found ${entry.length}. Write the page again.`);
  const { names, ...rest } = packed;
  return { ...rest, module: entry[1], inputs: names.map((name, i) => ({ node: entry[2 + 2 * i], output: entry[3 + 2 * i], name })) };
}
