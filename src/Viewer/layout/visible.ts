import { foldName, type Fold, type Structure } from "../model/structure.ts";

/** Which boxes are open: modules by path, folds that are spread out by their leader's path, maybe-nodes by key. */
export interface Opened { modules: ReadonlySet<string>; unfolded: ReadonlySet<string>; maybes: ReadonlySet<string> }

/** What is drawn as one thing: a node, or a module with what is inside it while it is open. */
export interface Item {
  index: number;
  kind: "node" | "module";
  /** The node, or the first one inside the module. */
  node: number;
  module: number;
  parent: Item | null;
  children: Item[];
  open: boolean;
  depth: number;
  /** A module's name, with those of modules that hold nothing but it; for a node, the name of a module that holds nothing but the node. */
  name: string;
  fold: Fold | null;
}

/** A value that flows from one item to another. */
export interface Flow { from: Item; to: Item; value: number; type: number }

export interface Visible {
  root: Item;
  items: Item[];
  flows: Flow[];
  /** The item that shows each node: itself, a closed box around it, or what stands for it in a folded layer. */
  owner: (Item | null)[];
  values: Value[];
}

/** One output of one node. */
export interface Value { node: number; output: number; type: number }

/** A module that a fold leads, and how many layers it stands for, at a node of any of these layers. */
interface Layer { fold: Fold; member: number; outer: Layer | null }

/** What is seen of a stage while some of its boxes are open. */
export function visible(structure: Structure, opened: Opened): Visible {
  const { stage } = structure;
  const items: Item[] = [];
  const owner: (Item | null)[] = stage.nodes.map(() => null);
  const layer: (Layer | null)[] = stage.nodes.map(() => null);
  const standIn = new Map<number, number>();

  const make = (kind: Item["kind"], node: number, module: number, parent: Item | null, name: string): Item => {
    const item: Item = { index: items.length, kind, node, module, parent, children: [], open: false, depth: parent === null ? 0 : parent.depth + 1, name, fold: null };
    items.push(item);
    parent?.children.push(item);
    return item;
  };

  // Boxes appear where their first node is.
  const contents = (module: number): { node: number; module: number }[] =>
    [...structure.own[module].map((node) => ({ node, module: -1 })), ...structure.children[module].map((child) => ({ node: structure.first[child], module: child }))]
      .filter((entry) => entry.node !== Infinity)
      .sort((a, b) => a.node - b.node || a.module - b.module);

  const isFolded = (module: number): boolean => {
    const fold = structure.folds.get(module);
    return fold !== undefined && !opened.unfolded.has(stage.modules[fold.leader].path);
  };

  // Every node of a hidden layer has its counterpart in the first one: the structures are the same, in the same order.
  const mirror = (fold: Fold, member: number, outer: Layer | null): void => {
    const there = structure.nodesInside(fold.leader);
    structure.nodesInside(member).forEach((node, i) => {
      standIn.set(node, there[Math.min(i, there.length - 1)]);
      layer[node] = { fold, member, outer };
    });
  };

  const visit = (module: number, parent: Item, outer: Layer | null): void => {
    for (const entry of contents(module)) {
      if (entry.module < 0) {
        owner[entry.node] = make("node", entry.node, module, parent, "");
        layer[entry.node] = outer;
      } else {
        enter(entry.module, parent, outer);
      }
    }
  };

  const enter = (start: number, parent: Item, outer: Layer | null): void => {
    let module = start;
    let name = "";
    let inner = outer;
    let fold: Fold | null = null;
    for (;;) {
      const folded = isFolded(module) ? structure.folds.get(module)! : null;
      if (folded !== null && folded.leader !== module) return mirror(folded, module, outer);
      if (folded !== null) {
        fold = folded;
        inner = { fold: folded, member: module, outer: inner };
        for (const member of folded.members.slice(1)) mirror(folded, member, inner.outer);
      }
      const part = folded === null ? stage.modules[module].name : foldName(stage, folded);
      name = name === "" ? part : `${name}.${part}`;
      // A box that holds nothing but one other box is not worth a box. A fold is never passed over: its badge belongs to one box.
      const seen = contents(module).filter((entry) => entry.module < 0 || !isFolded(entry.module) || structure.folds.get(entry.module)!.leader === entry.module);
      if (fold !== null || seen.length !== 1 || seen[0].module < 0) break;
      module = seen[0].module;
    }

    if (fold === null && structure.sizes[module] === 1) {
      const [node] = structure.nodesInside(module);
      owner[node] = make("node", node, module, parent, name);
      layer[node] = inner;
      return;
    }
    const box = make("module", structure.first[module], module, parent, name);
    box.fold = fold;
    box.open = opened.modules.has(stage.modules[module].path);
    if (box.open) return visit(module, box, inner);
    for (const node of structure.nodesInside(module)) {
      owner[node] = box;
      layer[node] = inner;
    }
  };

  const root = make("module", 0, 0, null, "");
  root.open = true;
  visit(0, root, null);

  const shown = (node: number): number => {
    let stand = node;
    for (let next = standIn.get(stand); next !== undefined; next = standIn.get(stand)) stand = next;
    return stand;
  };
  stage.nodes.forEach((_, i) => {
    if (structure.drawn[i]) owner[i] = owner[shown(i)];
  });
  return { root, items, owner, ...flowsOf(structure, owner, layer, standIn) };
}

function flowsOf(structure: Structure, owner: (Item | null)[], layer: (Layer | null)[], standIn: Map<number, number>): { flows: Flow[]; values: Value[] } {
  const { nodes } = structure.stage;
  const layers = (node: number): Layer[] => {
    const found: Layer[] = [];
    for (let at: number | undefined = node; at !== undefined; at = standIn.get(at))
      for (let one = layer[at]; one !== null; one = one.outer) found.push(one);
    return found;
  };
  // From one layer of a fold to another, or inside one that is hidden: the first layer shows its own instead.
  const hidden = (from: number, to: number): boolean => {
    if (layer[from] === null || layer[to] === null) return false;
    const there = layers(to);
    return layers(from).some((a) => there.some((b) => a.fold === b.fold && (a.member !== a.fold.leader || b.member !== b.fold.leader)));
  };

  const values: Value[] = [];
  const ids: number[][] = nodes.map(() => []);
  const valueOf = (node: number, output: number): number => (ids[node][output] ??= values.push({ node, output, type: nodes[node].outputs[output] ?? -1 }) - 1);

  const flows: Flow[] = [];
  const seen = new Set<number>();
  nodes.forEach((node, i) => {
    const to = owner[i];
    if (to === null) return;
    for (const input of node.inputs) {
      const from = owner[input.node];
      if (from === null || from === to || hidden(input.node, i)) continue;
      let source = input.node;
      for (let next = standIn.get(source); next !== undefined; next = standIn.get(source)) source = next;
      const value = valueOf(source, input.output);
      const key = value * nodes.length * 2 + to.index;
      if (seen.has(key)) continue;
      seen.add(key);
      flows.push({ from, to, value, type: values[value].type });
    }
  });
  return { flows, values };
}

/**
 * The boxes that are open at first: from the outside in, as long as the page stays easy to take in. What holds folded layers comes before
 * its siblings, since layers are most of a model; they themselves stay closed.
 */
export function openAtFirst(structure: Structure, budget = 16): Set<string> {
  if (structure.sizes[0] <= 24) return new Set(structure.stage.modules.slice(1).map((module) => module.path));
  const open = new Set<string>();
  const opened: Opened = { modules: open, unfolded: new Set(), maybes: new Set() };
  let closed = visible(structure, opened).root.children.filter((item) => item.kind === "module");
  let shown = closed.length;
  while (closed.length > 0) {
    const next: number[] = [];
    const folds = (box: Item): number => structure.children[box.module].filter((child) => structure.folds.has(child)).length;
    for (const box of closed.sort((a, b) => folds(b) - folds(a))) {
      const layers = structure.children[box.module].filter((child) => structure.sizes[child] > 0 && (structure.folds.get(child)?.leader ?? child) === child);
      const inside = structure.own[box.module].length + layers.length;
      if (box.fold !== null || shown + inside > budget) continue;
      open.add(structure.stage.modules[box.module].path);
      shown += inside;
      next.push(box.module);
    }
    if (next.length === 0) break;
    const opening = new Set(next);
    closed = visible(structure, opened).items.filter((item) => item.kind === "module" && !item.open && item.parent !== null && opening.has(item.parent.module));
  }
  return open;
}
