import type { Structure } from "../model/structure.ts";
import type { Pane } from "../render/pane.ts";
import type { Palette } from "../render/palette.ts";
import { openingsFor, type Session } from "./session.ts";
import { toggled, type PanelName, type Selection, type Store, type ViewState } from "./view.ts";

/** What panels and keys can do to the page. */
export class App {
  panes: Pane[] = [];
  /** The pane that keys go to. */
  active = 0;
  announce: (text: string) => void = () => {};
  /** The colours of a theme other than the page's own, for paper. */
  paletteOf: (theme: "light" | "dark" | null) => Palette;

  constructor(readonly session: Session, readonly store: Store, paletteOf: App["paletteOf"]) {
    this.paletteOf = paletteOf;
  }

  get state(): ViewState {
    return this.store.state;
  }

  get pane(): Pane {
    return this.panes[Math.min(this.active, this.panes.length - 1)];
  }

  /** The stage that nodes and numbers in panels are taken from: that of the pane which keys go to. */
  get structure(): Structure {
    return this.pane.shown.structure;
  }

  select(selected: Selection | null, panel: PanelName | null = "details"): void {
    this.store.update(selected === null || panel === null ? { selected } : { selected, panel });
    if (selected !== null) this.announce(this.describe(selected));
  }

  /** Selects, opens what is closed on the way, and moves there. */
  goTo(selected: Selection): void {
    const openings = openingsFor(this.structure, selected, this.state) ?? {};
    this.store.update({ selected, panel: "details", ...openings });
    for (const pane of this.panes) pane.reveal(selected);
    this.announce(this.describe(selected));
  }

  /** Opens or closes a box: a module, or the branches of a maybe-node. */
  toggle(selected: Selection): void {
    if (selected.kind === "module") this.store.update({ open: toggled(this.state.open, selected.path) });
    else if (this.structure.stage.nodes[this.structure.byKey.get(selected.key) ?? -1]?.maybe != null) this.store.update({ maybes: toggled(this.state.maybes, selected.key) });
  }

  /** Spreads identical layers out, or folds them into one again. */
  unfold(leader: string): void {
    this.store.update({ unfolded: toggled(this.state.unfolded, leader) });
  }

  light(symbol: string | null): void {
    const lit = symbol === this.state.lit ? null : symbol;
    this.store.update(lit === null ? { lit } : { lit, panel: "sizes" });
    const info = this.session.document.symbols.find((one) => one.name === lit);
    if (info !== undefined) this.announce(`${info.name}, ${info.min} to ${info.max ?? "any size"}, declared by ${info.declared}`);
  }

  openAll(open: boolean): void {
    const { structure } = this;
    this.store.update({ open: new Set(open ? structure.stage.modules.slice(1).map((module) => module.path) : []) });
    this.pane.fitAll();
  }

  selectionOf(item: { kind: "node" | "module"; node: number; module: number }): Selection {
    const { stage } = this.structure;
    return item.kind === "node" ? { kind: "node", key: stage.nodes[item.node].key } : { kind: "module", path: stage.modules[item.module].path };
  }

  describe(selected: Selection): string {
    const { structure, session } = this;
    if (selected.kind === "module") {
      const module = structure.byPath.get(selected.path);
      return module === undefined ? `${selected.path} is not in this stage` : `${selected.path}, ${structure.sizes[module]} operators`;
    }
    const node = structure.stage.nodes[structure.byKey.get(selected.key) ?? -1];
    if (node === undefined) return `${selected.key} is not in this stage`;
    const types = node.outputs.map((type) => session.document.types[type].text).join(", ");
    return [node.title, structure.stage.modules[node.module].path, types].filter((part) => part !== "").join(", ");
  }
}
