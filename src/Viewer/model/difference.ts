import type { ModuleInfo, NodeInfo, Stage } from "./document.ts";

export type Change = "same" | "added" | "removed" | "changed";

/** Two stages in one graph, each node with what became of it. */
export interface Difference {
  stage: Stage;
  /** What became of each node of the stage. */
  changes: Change[];
}

// Types are interned for the whole document, so indices of two stages compare.
function signature(stage: Stage, node: NodeInfo): string {
  return JSON.stringify([
    node.title,
    node.op,
    node.kind,
    node.args,
    node.outputs,
    node.sharding ?? null,
    node.inputs.map((input) => [stage.nodes[input.node].key, input.output, input.name]),
  ]);
}

/** For each node of either stage, by key, what became of it on the way from the first to the second. */
export function compare(before: Stage, after: Stage): Map<string, Change> {
  const changes = new Map<string, Change>();
  const old = new Map(before.nodes.map((node) => [node.key, node]));
  for (const node of after.nodes) {
    const was = old.get(node.key);
    changes.set(node.key, was === undefined ? "added" : signature(before, was) === signature(after, node) ? "same" : "changed");
  }
  for (const key of old.keys()) if (!changes.has(key)) changes.set(key, "removed");
  return changes;
}

/** The second stage with the removed nodes of the first still in it, where they were. */
export function difference(before: Stage, after: Stage): Difference {
  const changes = compare(before, after);
  const modules: ModuleInfo[] = after.modules.map((module) => ({ ...module }));
  const byPath = new Map(modules.map((module, i) => [module.path, i]));
  // Parents come before children, so a removed module finds the place of its parent.
  const place = before.modules.map((module, i) => {
    const known = i === 0 ? 0 : byPath.get(module.path);
    if (known !== undefined) return known;
    modules.push({ ...module, repeats: -1 });
    byPath.set(module.path, modules.length - 1);
    return modules.length - 1;
  });
  before.modules.forEach((module, i) => {
    if (place[i] >= after.modules.length) modules[place[i]].parent = place[module.parent];
  });

  // A removed node comes right after the last kept node that was before it, so that both orders hold.
  const following = new Map<string, NodeInfo[]>();
  let last = "";
  for (const node of before.nodes) {
    if (changes.get(node.key) !== "removed") last = node.key;
    else following.set(last, [...(following.get(last) ?? []), node]);
  }
  const merged: { node: NodeInfo; from: Stage }[] = [];
  const addRemoved = (key: string): void => {
    for (const node of following.get(key) ?? []) merged.push({ node, from: before });
  };
  addRemoved("");
  for (const node of after.nodes) {
    merged.push({ node, from: after });
    addRemoved(node.key);
  }

  const index = new Map(merged.map(({ node }, i) => [node.key, i]));
  const nodes = merged.map(({ node, from }) => ({
    ...node,
    module: from === before ? place[node.module] : node.module,
    inputs: node.inputs.map((input) => ({ ...input, node: index.get(from.nodes[input.node].key)! })),
  }));
  // A layer in which something changed is not like its siblings any more: fold only what is alike in this too.
  const status = nodes.map((node) => changes.get(node.key)!);
  unfoldDiffering(modules, nodes, status);
  const faults = after.faults.map((fault) => ({ ...fault, node: fault.node < 0 ? -1 : index.get(after.nodes[fault.node].key)! }));
  return { stage: { name: `${before.name} → ${after.name}`, detail: after.detail, modules, nodes, faults }, changes: status };
}

function unfoldDiffering(modules: ModuleInfo[], nodes: NodeInfo[], status: Change[]): void {
  const marks = modules.map(() => [] as string[]);
  nodes.forEach((node, i) => {
    for (let module = node.module; module > 0; module = modules[module].parent) marks[module].push(`${node.kind} ${node.op} ${status[i]}`);
  });
  const text = marks.map((mark) => mark.join("|"));
  modules.forEach((module, i) => {
    if (module.repeats >= 0 && text[module.repeats] !== text[i]) module.repeats = -1;
  });
}
