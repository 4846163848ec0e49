import type { ViewDocument } from "../model/document.ts";
import type { Mode, PanelName, Theme, ViewState } from "./view.ts";

const modes: readonly Mode[] = ["one", "side", "difference"];
const themes: readonly Theme[] = ["auto", "light", "dark"];
const panels: readonly PanelName[] = ["sizes", "details", "passes", "run", "faults"];
const heats = ["duration", "bytes", "operations"] as const;

/** The view as the part of an address after #. What is as it would be anyway is left out, so that short views have short links. */
export function writeLink(state: ViewState, initial: ViewState): string {
  const link = new URLSearchParams();
  const put = (name: string, value: string, usual: string): void => {
    if (value !== usual) link.set(name, value);
  };
  put("mode", state.mode, initial.mode);
  put("stage", String(state.stage), String(initial.stage));
  if (state.mode !== "one") put("base", String(state.base), "");
  const sets = [["open", state.open, initial.open], ["unfold", state.unfolded, initial.unfolded], ["maybe", state.maybes, initial.maybes]] as const;
  for (const [name, set, usual] of sets) {
    for (const member of set) if (!usual.has(member)) link.append(name, member);
    for (const member of usual) if (!set.has(member)) link.append(`no-${name}`, member);
  }
  if (state.selected !== null) link.set(state.selected.kind, state.selected.kind === "node" ? state.selected.key : state.selected.path);
  for (const [name, value] of Object.entries(state.symbols)) put(`size.${name}`, String(value), String(initial.symbols[name]));
  if (state.lit !== null) link.set("lit", state.lit);
  put("labels", state.evaluated ? "evaluated" : "symbolic", initial.evaluated ? "evaluated" : "symbolic");
  put("parameters", state.parameters ? "shown" : "hidden", initial.parameters ? "shown" : "hidden");
  put("run", String(state.run), String(initial.run));
  if (state.heat !== null) link.set("heat", state.heat);
  put("theme", state.theme, initial.theme);
  put("panel", state.panel, initial.panel);
  if (state.camera !== null) link.set("at", [state.camera.x, state.camera.y, state.camera.zoom].map((n) => Number(n.toPrecision(6))).join(","));
  return link.toString();
}

/** The view of a link. What does not fit the document, a stage or a symbol that it lacks, is as it would be without the link. */
export function readLink(text: string, initial: ViewState, document: ViewDocument): ViewState {
  const link = new URLSearchParams(text.replace(/^#/, ""));
  const one = <T extends string>(name: string, allowed: readonly T[], usual: T): T => allowed.find((value) => value === link.get(name)) ?? usual;
  const index = (name: string, count: number, usual: number): number => {
    const value = Number(link.get(name) ?? NaN);
    return Number.isInteger(value) && value >= 0 && value < count ? value : usual;
  };
  const set = (name: string, usual: ReadonlySet<string>): Set<string> => {
    const members = new Set([...usual, ...link.getAll(name)]);
    for (const member of link.getAll(`no-${name}`)) members.delete(member);
    return members;
  };
  const symbols: Record<string, number> = { ...initial.symbols };
  for (const symbol of document.symbols) {
    const value = Number(link.get(`size.${symbol.name}`) ?? NaN);
    if (Number.isSafeInteger(value) && value >= symbol.min && value <= (symbol.max ?? Infinity)) symbols[symbol.name] = value;
  }
  const stage = index("stage", document.stages.length, initial.stage);
  const at = (link.get("at") ?? "").split(",").map(Number);
  const key = link.get("node");
  const path = link.get("module");
  const lit = link.get("lit");
  return {
    mode: one("mode", modes, initial.mode),
    stage,
    base: index("base", document.stages.length, initial.base),
    open: set("open", initial.open),
    unfolded: set("unfold", initial.unfolded),
    maybes: set("maybe", initial.maybes),
    selected: key !== null ? { kind: "node", key } : path !== null ? { kind: "module", path } : null,
    symbols,
    lit: document.symbols.some((symbol) => symbol.name === lit) ? lit : null,
    evaluated: one("labels", ["symbolic", "evaluated"], initial.evaluated ? "evaluated" : "symbolic") === "evaluated",
    parameters: one("parameters", ["shown", "hidden"], initial.parameters ? "shown" : "hidden") === "shown",
    run: index("run", document.runs?.length ?? 0, initial.run),
    heat: heats.find((value) => value === link.get("heat")) ?? null,
    theme: one("theme", themes, initial.theme),
    panel: one("panel", panels, initial.panel),
    camera: at.length === 3 && at.every(Number.isFinite) && at[2] > 0 ? { x: at[0], y: at[1], zoom: at[2] } : null,
  };
}
