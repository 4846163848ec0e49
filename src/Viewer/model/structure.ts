import type { NodeInfo, Stage } from "./document.ts";

/** A run of identical sibling layers: the first stands for all of them while it is folded. */
export interface Fold { leader: number; members: number[] }

/** What is asked of a stage again and again, computed once: who is inside whom, who reads whom, which layers repeat. */
export class Structure {
  /** Child modules of each module. */
  readonly children: number[][];
  /** Nodes that are drawn, directly inside each module. */
  readonly own: number[][];
  /** Drawn nodes anywhere inside each module. */
  readonly sizes: number[];
  /** The first drawn node anywhere inside each module, for the order of boxes. */
  readonly first: number[];
  /** A parameter that operators read is written inside them, not drawn as a node of its own. */
  readonly drawn: boolean[];
  readonly consumers: number[][];
  /** The fold of each module that is in one. */
  readonly folds = new Map<number, Fold>();
  readonly byKey = new Map<string, number>();
  readonly byPath = new Map<string, number>();

  constructor(readonly stage: Stage) {
    const { nodes, modules } = stage;
    this.consumers = nodes.map(() => []);
    nodes.forEach((node, i) => {
      this.byKey.set(node.key, i);
      for (const source of new Set(node.inputs.map((input) => input.node))) this.consumers[source].push(i);
    });
    this.drawn = nodes.map((node, i) => node.kind !== "parameter" || this.consumers[i].length === 0 || this.consumers[i].some((reader) => nodes[reader].kind === "output"));

    this.children = modules.map(() => []);
    this.own = modules.map(() => []);
    this.sizes = modules.map(() => 0);
    this.first = modules.map(() => Infinity);
    nodes.forEach((node, i) => {
      if (!this.drawn[i]) return;
      this.own[node.module].push(i);
      for (let module = node.module; module >= 0; module = this.parentOf(module)) {
        this.sizes[module]++;
        this.first[module] = Math.min(this.first[module], i);
      }
    });
    modules.forEach((module, i) => {
      this.byPath.set(module.path, i);
      if (i > 0) this.children[module.parent].push(i);
    });
    for (const siblings of this.children) this.fold(siblings);
  }

  parentOf(module: number): number {
    return module === 0 ? -1 : this.stage.modules[module].parent;
  }

  /** The drawn nodes anywhere inside a module, in the graph's order. */
  nodesInside(module: number): number[] {
    const found: number[] = [];
    const walk = (inner: number): void => {
      for (const node of this.own[inner]) found.push(node);
      for (const child of this.children[inner]) walk(child);
    };
    walk(module);
    return found.sort((a, b) => a - b);
  }

  /** The parameters that a node reads, with the schema's names of the operands. */
  parametersOf(node: number): { node: number; name: string; info: NodeInfo }[] {
    const { nodes } = this.stage;
    return nodes[node].inputs
      .filter((input) => !this.drawn[input.node])
      .map((input) => ({ node: input.node, name: input.name, info: nodes[input.node] }));
  }

  // Layers repeat one after the other and are told apart by their number. Siblings such as q_norm and k_norm have one structure too,
  // but stand side by side: folded into one they would hide what the graph does.
  private fold(siblings: number[]): void {
    const { modules } = this.stage;
    const layers = siblings.filter((module) => this.sizes[module] > 0);
    const same = (module: number): number => (modules[module].repeats >= 0 ? modules[module].repeats : module);
    const stem = (module: number): string => modules[module].name.replace(/\d+/g, "#");
    for (let from = 0, to; from < layers.length; from = to) {
      const leader = layers[from];
      for (to = from + 1; to < layers.length && same(layers[to]) === same(leader) && stem(layers[to]) === stem(leader); to++);
      if (to - from < 2 || !/\d/.test(modules[leader].name)) continue;
      const fold: Fold = { leader, members: layers.slice(from, to) };
      for (const member of fold.members) this.folds.set(member, fold);
    }
  }
}

/** "layers.0–27" for a fold of layers.0 to layers.27; otherwise the name. */
export function foldName(stage: Stage, fold: Fold): string {
  const first = stage.modules[fold.leader].name;
  const last = stage.modules[fold.members[fold.members.length - 1]].name;
  return `${first}–${/\d+/.exec(last)?.[0] ?? last}`;
}

/** An operator's name without its namespace. */
export const shortTitle = (node: NodeInfo): string => (node.op >= 0 ? node.title.slice(node.title.lastIndexOf(":") + 1) : node.title);
