import type { HeatBy } from "../model/costs.ts";
import * as numbers from "../model/numbers.ts";
import type { RunStep } from "../model/document.ts";
import type { App } from "../state/app.ts";
import { el } from "./dom.ts";
import { facts, section } from "./parts.ts";

const columns = [
  { name: "Step", key: "name" },
  { name: "Time", key: "duration" },
  { name: "Bytes", key: "bytes" },
  { name: "Operations", key: "operations" },
] as const;

type Column = (typeof columns)[number]["key"];

const rowLimit = 200;

/** Timings and memory of a run: what the colours mean, and the slowest steps first. */
export function runPanel(app: App): { element: HTMLElement; refresh: () => void } {
  const element = el("div");
  let sorted: Column = "duration";
  let down = true;

  const sort = (column: Column): void => {
    down = sorted === column ? !down : column !== "name";
    sorted = column;
    refresh();
  };

  const refresh = (): void => {
    const { document } = app.session;
    const run = document.runs?.[app.state.run];
    if (run === undefined) {
      element.replaceChildren(el("p", { class: "hint" }, "This page has no run in it."));
      return;
    }
    const last = document.stages.length - 1;
    const { nodes } = document.stages[last];
    const order = (a: RunStep, b: RunStep): number => (sorted === "name" ? a.name.localeCompare(b.name) : a[sorted] - b[sorted]);
    const steps = [...run.steps].sort((a, b) => (down ? order(b, a) : order(a, b)));
    const total = run.steps.reduce((sum, step) => sum + step.duration, 0);
    const most = Math.max(1e-9, ...run.steps.map((step) => step.duration));
    const choose = el("select", { "aria-label": "Run", change: () => app.store.update({ run: Number(choose.value), symbols: { ...app.state.symbols, ...document.runs![Number(choose.value)].symbols } }) }, ...document.runs!.map((one, i) => el("option", { value: i, selected: i === app.state.run }, one.name)));
    const colour = el("select", { "aria-label": "Colour nodes by", change: () => app.store.update(colour.value === "" ? { heat: null } : { heat: colour.value as HeatBy, mode: "one", stage: last }) },
      ...([["", "what they are"], ["duration", "time"], ["bytes", "bytes"], ["operations", "operations"]] as const).map(([value, text]) => el("option", { value, selected: (app.state.heat ?? "") === value }, text)));
    element.replaceChildren(
      section("Run", choose, facts([
        ["Sizes", Object.entries(run.symbols).map(([name, value]) => `${name} = ${numbers.count(value)}`).join(", ")],
        ["Time", numbers.time(total)],
        ["Peak", run.peakBytes == null ? null : numbers.bytes(run.peakBytes)],
        ["Steps", numbers.count(run.steps.length)],
      ])),
      section("Colour nodes by", colour),
      section(steps.length > rowLimit ? `First ${rowLimit} of ${numbers.count(steps.length)} steps` : "Steps", el("table", { class: "steps" },
        el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col", "aria-sort": sorted === column.key ? (down ? "descending" : "ascending") : "none" }, el("button", { type: "button", class: "link", click: () => sort(column.key) }, `${column.name}${sorted === column.key ? (down ? " ↓" : " ↑") : ""}`))))),
        el("tbody", {}, ...steps.slice(0, rowLimit).map((step) => {
          const node = nodes[step.node];
          const bar = el("span", { class: "bar" });
          bar.style.width = `${Math.round((100 * step.duration) / most)}%`;
          return el("tr", { "data-step": step.name },
            el("td", {}, node === undefined ? step.name : el("button", { type: "button", class: "link", click: () => app.goTo({ kind: "node", key: node.key }) }, step.name)),
            el("td", { class: "number" }, bar, numbers.time(step.duration)),
            el("td", { class: "number" }, numbers.bytes(step.bytes)),
            el("td", { class: "number" }, numbers.operations(step.operations)));
        })))));
  };
  return { element, refresh };
}

/** The least and the most that a colour stands for. */
export function heatRange(app: App): { least: string; most: string } | null {
  const run = app.session.document.runs?.[app.state.run];
  const by = app.state.heat;
  if (run === undefined || by === null) return null;
  const write = by === "duration" ? numbers.time : by === "bytes" ? numbers.bytes : numbers.operations;
  return { least: write(0), most: write(app.pane.mostSpent()) };
}
