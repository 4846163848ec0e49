import { compare, difference, type Change } from "../model/difference.ts";
import type { ViewDocument } from "../model/document.ts";
import { Sizes, typesBySymbol } from "../model/expressions.ts";
import { Structure } from "../model/structure.ts";
import { openAtFirst } from "../layout/visible.ts";
import type { Selection, ViewState } from "./view.ts";

/** A stage, or the difference of two, as a pane shows it. */
export interface Shown {
  structure: Structure;
  /** What became of each node, where two stages are compared. */
  changes: Change[] | null;
  /** Whether nodes have the numbers that runs refer to. */
  last: boolean;
}

/** The document, with what is worked out from it when it is first asked for. */
export class Session {
  readonly carriers: ReadonlyMap<string, ReadonlySet<number>>;
  private readonly structures = new Map<number, Structure>();
  private readonly compared = new Map<string, Shown>();
  private lastSizes: Sizes | null = null;
  private lastSymbols: ViewState["symbols"] | null = null;

  constructor(readonly document: ViewDocument) {
    this.carriers = typesBySymbol(document);
  }

  structure(stage: number): Structure {
    let structure = this.structures.get(stage);
    if (structure === undefined) {
      structure = new Structure(this.document.stages[stage]);
      this.structures.set(stage, structure);
    }
    return structure;
  }

  /** What the panes show: one, or two side by side. */
  shown(state: ViewState): Shown[] {
    const last = this.document.stages.length - 1;
    if (state.mode === "one") return [this.once(`${state.stage}`, () => ({ structure: this.structure(state.stage), changes: null, last: state.stage === last }))];
    if (state.mode === "difference")
      return [this.once(`${state.base}→${state.stage}`, () => {
        const both = difference(this.document.stages[state.base], this.document.stages[state.stage]);
        return { structure: new Structure(both.stage), changes: both.changes, last: false };
      })];
    return [state.base, state.stage].map((index) =>
      this.once(`${state.base}|${state.stage}|${index}`, () => {
        const changes = compare(this.document.stages[state.base], this.document.stages[state.stage]);
        const structure = this.structure(index);
        return { structure, changes: structure.stage.nodes.map((node) => changes.get(node.key)!), last: index === last };
      }));
  }

  sizes(state: ViewState): Sizes {
    if (this.lastSizes === null || this.lastSymbols !== state.symbols) {
      this.lastSizes = new Sizes(this.document, new Map(Object.entries(state.symbols)));
      this.lastSymbols = state.symbols;
    }
    return this.lastSizes;
  }

  /** How the page looks without a link: the compiled graph, as far open as can be taken in, at moderate sizes; and what is wrong with it. */
  initial(): ViewState {
    const { document } = this;
    const run = document.runs?.[0];
    const last = document.stages.length - 1;
    const panel = document.stages[last].faults.length > 0 ? "faults" : "sizes";
    const symbols = Object.fromEntries(document.symbols.map((symbol) => [symbol.name, run?.symbols[symbol.name] ?? Math.min(Math.max(symbol.min, 128), symbol.max ?? Infinity)]));
    return {
      mode: "one", stage: last, base: Math.max(0, last - 1), open: openAtFirst(this.structure(last)), unfolded: new Set(), maybes: new Set(),
      selected: null, symbols, lit: null, evaluated: false, parameters: true, run: 0, heat: null, theme: "auto", panel, camera: null,
    };
  }

  private once(name: string, make: () => Shown): Shown {
    let shown = this.compared.get(name);
    if (shown === undefined) {
      shown = make();
      this.compared.set(name, shown);
    }
    return shown;
  }
}

/** What must be open, and spread out, so that a selection is seen. */
export function openingsFor(structure: Structure, selection: Selection, state: ViewState): Pick<ViewState, "open" | "unfolded"> | null {
  const { stage } = structure;
  const node = selection.kind === "node" ? structure.byKey.get(selection.key) : undefined;
  const module = selection.kind === "module" ? structure.byPath.get(selection.path) : undefined;
  if (node === undefined && module === undefined) return null;
  const open = new Set(state.open);
  const unfolded = new Set(state.unfolded);
  // A parameter is seen in what reads it.
  const seen = node === undefined || structure.drawn[node] ? node : structure.consumers[node][0];
  const from = seen === undefined ? structure.parentOf(module!) : stage.nodes[seen].module;
  for (let at = from; at > 0; at = structure.parentOf(at)) open.add(stage.modules[at].path);
  for (let at = seen === undefined ? module! : from; at > 0; at = structure.parentOf(at)) {
    const fold = structure.folds.get(at);
    if (fold !== undefined && fold.leader !== at) unfolded.add(stage.modules[fold.leader].path);
  }
  return { open, unfolded };
}
