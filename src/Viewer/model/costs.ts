import type { NodeInfo, RunOverlay, Stage } from "./document.ts";
import type { Sizes } from "./expressions.ts";

/** What a node costs at one choice of the symbols. */
export interface Cost { bytes: number; operations: number }

export function costOf(node: NodeInfo, sizes: Sizes): Cost {
  const bytes = node.kind === "output" ? 0 : node.outputs.reduce((sum, type) => sum + sizes.bytesOf(type), 0);
  return { bytes, operations: node.operations == null ? 0 : sizes.values[node.operations] };
}

/** @property values bytes of all values that operators compute, were they all kept. @property parameters bytes as stored. */
export interface Totals { nodes: number; operations: number; values: number; inputs: number; parameters: number }

export function totals(stage: Stage, sizes: Sizes): Totals {
  const total: Totals = { nodes: 0, operations: 0, values: 0, inputs: 0, parameters: 0 };
  for (const node of stage.nodes) {
    const cost = costOf(node, sizes);
    if (node.kind === "parameter") total.parameters += node.stored ?? cost.bytes;
    else if (node.kind === "input") total.inputs += cost.bytes;
    else if (node.kind !== "output") {
      total.nodes++;
      total.values += cost.bytes;
      total.operations += cost.operations;
    }
  }
  return total;
}

/** Whether a maybe-node takes its fused branch, and the size it decides by. */
export function branchOf(node: NodeInfo, sizes: Sizes): { size: number; fused: boolean } {
  const maybe = node.maybe!;
  const size = sizes.values[maybe.size];
  return { size, fused: maybe.enabled && maybe.ranks > 1 && size > maybe.threshold };
}

export type HeatBy = "duration" | "bytes" | "operations";

/** What a run spent on each node of the last stage; several steps of one node add up. */
export function spent(run: RunOverlay, by: HeatBy): Map<number, number> {
  const sums = new Map<number, number>();
  for (const step of run.steps) if (step.node >= 0) sums.set(step.node, (sums.get(step.node) ?? 0) + step[by]);
  return sums;
}

/** A place on the heat scale, 0 to 1. Times spread over magnitudes: the root keeps small ones apart without hiding the large. */
export const heat = (value: number, most: number): number => (most > 0 && value > 0 ? Math.sqrt(value / most) : 0);
