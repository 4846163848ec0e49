import type { HeatBy } from "../model/costs.ts";
import type { Camera } from "../render/camera.ts";

export type Mode = "one" | "side" | "difference";
export type Theme = "auto" | "light" | "dark";
export type PanelName = "sizes" | "details" | "passes" | "run" | "faults";

/** Things that can be selected: by names that mean the same in every stage. */
export type Selection = { kind: "node"; key: string } | { kind: "module"; path: string };

/** All that the page shows beyond the document. A link is this, written down. Never changed in place. */
export interface ViewState {
  mode: Mode;
  stage: number;
  /** The stage that is compared with. */
  base: number;
  open: ReadonlySet<string>;
  unfolded: ReadonlySet<string>;
  maybes: ReadonlySet<string>;
  selected: Selection | null;
  symbols: Readonly<Record<string, number>>;
  lit: string | null;
  evaluated: boolean;
  parameters: boolean;
  run: number;
  heat: HeatBy | null;
  theme: Theme;
  panel: PanelName;
  /** Null until the pane has looked for a good place. */
  camera: Camera | null;
}

export type Changed = ReadonlySet<keyof ViewState>;

/** Holds the state and tells who listens what changed. */
export class Store {
  private readonly listeners: ((state: ViewState, changed: Changed) => void)[] = [];

  constructor(private current: ViewState) {}

  get state(): ViewState {
    return this.current;
  }

  update(patch: Partial<ViewState>): void {
    const changed = new Set((Object.keys(patch) as (keyof ViewState)[]).filter((name) => patch[name] !== this.current[name]));
    if (changed.size === 0) return;
    this.current = { ...this.current, ...patch };
    for (const listener of this.listeners) listener(this.current, changed);
  }

  subscribe(listener: (state: ViewState, changed: Changed) => void): void {
    this.listeners.push(listener);
  }
}

/** A set with one more or one fewer member. */
export function toggled(set: ReadonlySet<string>, member: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
